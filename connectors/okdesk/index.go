package okdesk

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// index is who and what stands there, by what it is known by. It is filled once, from a
// list; before each look what was made since is asked for, which is one call.
type index struct {
	last  int64
	marks map[string]number
	names map[string]number // the natural keys
	away  map[number]bool   // who was archived
}

func newIndex() *index {
	return &index{marks: map[string]number{}, names: map[string]number{}, away: map[number]bool{}}
}

// note takes a record into the index. Of several with one key the first counts.
func (x *index) note(r desk.Record) {
	n, ok := numberOf(r.About().ID)
	if !ok {
		return
	}
	x.last = max(x.last, int64(n))
	if mark := r.About().Mark; mark != "" && x.marks[mark] == 0 {
		x.marks[mark] = n
	}
	for _, key := range keysOf(r) {
		if x.names[key] == 0 {
			x.names[key] = n
		}
	}
}

// forget has it known that somebody or something is not there any more.
func (t *Target) forget(ctx context.Context, kind desk.Kind, id desk.ID) error {
	x := map[desk.Kind]*index{desk.KindContact: t.people, desk.KindOrganization: t.places}[kind]
	n, isNumber := numberOf(id)
	if x == nil || !isNumber {
		return nil
	}
	if err := t.turn(ctx); err != nil {
		return err
	}
	defer t.giveTurn()
	x.forget(n)
	return nil
}

// forget takes out what was archived.
func (x *index) forget(id number) {
	x.away[id] = true
	for _, by := range []map[string]number{x.marks, x.names} {
		for key, n := range by {
			if n == id {
				delete(by, key)
			}
		}
	}
}

// keysOf is what a record is found by.
func keysOf(r desk.Record) (keys []string) {
	if c, ok := r.(*desk.Contact); ok {
		for _, mail := range c.Emails {
			keys = append(keys, desk.Normal(mail))
		}
		return keys
	}
	if key := desk.Natural(r); key != "" {
		keys = append(keys, key)
	}
	return keys
}

// look finds a number in an index that was brought up to date; 0 is nothing. The list gives
// the records whose numbers are larger than one.
func (t *Target) look(ctx context.Context, x *index, list func(after int64) iter.Seq2[desk.Record, error], find func(*index) number) (number, error) {
	if err := t.turn(ctx); err != nil {
		return 0, err
	}
	defer t.giveTurn()
	for r, err := range list(x.last) {
		if err != nil {
			return 0, err
		}
		if r.About().Fields["active"] != false {
			x.note(r)
		} else if n, ok := numberOf(r.About().ID); ok {
			x.last, x.away[n] = max(x.last, int64(n)), true
		}
	}
	return find(x), nil
}

func (t *Target) contactsAfter(ctx context.Context) func(int64) iter.Seq2[desk.Record, error] {
	return func(after int64) iter.Seq2[desk.Record, error] {
		return recordsOf(keyset[personShape](ctx, t.api, "contacts/list", after), func(p personShape) (desk.Record, error) { return t.config.contact(p), nil })
	}
}

func (t *Target) companiesAfter(ctx context.Context) func(int64) iter.Seq2[desk.Record, error] {
	return func(after int64) iter.Seq2[desk.Record, error] {
		return recordsOf(keyset[companyShape](ctx, t.api, "companies/list", after), func(c companyShape) (desk.Record, error) { return organization(c), nil })
	}
}

// Find finds what stands for r: by its mark, else by its natural key.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	none := fmt.Errorf("%s marked %q: %w", r.Kind(), r.About().Mark, connectors.ErrNotFound)
	var n number
	var err error
	switch r := r.(type) {
	case *desk.Ticket:
		if n, err = t.findTicket(ctx, r.Mark); err == nil && n != 0 {
			err = t.finishFound(ctx, n, r)
		}
	case *desk.Contact:
		n, err = t.look(ctx, t.people, t.contactsAfter(ctx), func(x *index) number { return x.contact(r) })
	case *desk.Organization:
		n, err = t.look(ctx, t.places, t.companiesAfter(ctx), func(x *index) number { return x.names[desk.Natural(r)] })
	case *desk.Agent:
		n, err = t.seat(ctx, r.Email)
	case *desk.Group:
		n, err = t.groupNamed(ctx, r.Name)
	}
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", none
	}
	return idOf(n), nil
}

// contact finds somebody by mark, else by address.
func (x *index) contact(r *desk.Contact) number {
	if n := x.marks[r.Mark]; n != 0 && r.Mark != "" {
		return n
	}
	for _, mail := range r.Emails {
		if n := x.names[desk.Normal(mail)]; n != 0 {
			return n
		}
	}
	return 0
}

// mayName refuses a contact who was archived, as the author or requester of what is to be
// written: what Okdesk makes of that no source says. The pipeline finds out then whether
// somebody else stands for them.
func (t *Target) mayName(ctx context.Context, who desk.Ref, what string) error {
	n, ok := numberOf(who.Target)
	if !ok || who.Kind != desk.KindContact {
		return nil
	}
	away, err := t.look(ctx, t.people, t.contactsAfter(ctx), func(x *index) number {
		if x.away[n] {
			return n
		}
		return 0
	})
	if err != nil || away == 0 {
		return err
	}
	p, err := one[personShape](ctx, t.api, "contacts", desk.KindContact, who.Target)
	if err == nil && on(p.Active) { // he was brought back
		return t.back(ctx, t.people, t.config.contact(p))
	}
	if err != nil && !errors.Is(err, connectors.ErrNotFound) {
		return err
	}
	return connectors.Refuse(connectors.ReasonRefused, "bring them back there and say retry", "%s is in the name of contact %d, who was archived in Okdesk", what, n)
}

// back takes into an index who is there again.
func (t *Target) back(ctx context.Context, x *index, r desk.Record) error {
	if err := t.turn(ctx); err != nil {
		return err
	}
	defer t.giveTurn()
	n, _ := numberOf(r.About().ID)
	delete(x.away, n)
	x.note(r)
	return nil
}

func (t *Target) groupNamed(ctx context.Context, name string) (number, error) {
	s, err := t.staff(ctx)
	if err != nil {
		return 0, err
	}
	for _, g := range s.groups {
		if same(g.Name, name) && name != "" {
			return g.ID, nil
		}
	}
	return 0, nil
}
