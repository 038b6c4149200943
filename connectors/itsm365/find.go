package itsm365

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Find finds what stands for r: by its mark, else by its natural key.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	id, err := t.byMark(ctx, r)
	if ticket, ok := r.(*desk.Ticket); ok && err == nil && id != "" && !t.env.DryRun {
		err = t.finishFound(ctx, id, ticket)
	}
	if err == nil && id == "" && r.Kind() != desk.KindTicket {
		id, err = t.byName(ctx, r)
	}
	if err == nil && id == "" {
		err = fmt.Errorf("%s marked %q: %w", r.Kind(), r.About().Mark, connectors.ErrNotFound)
	}
	if err == nil && !t.env.DryRun {
		err = t.people().Keep(ctx, r)
	}
	return id, err
}

// byMark is the object that carries a record's mark; "" none. Of several the first counts.
func (t *Target) byMark(ctx context.Context, r desk.Record) (desk.ID, error) {
	mark := r.About().Mark
	if mark == "" || r.Kind() != desk.KindTicket && r.Kind() != desk.KindContact && r.Kind() != desk.KindOrganization {
		return "", nil
	}
	rows, err := t.find(ctx, classOf(t.config.kind(r.Kind()).Class), map[string]any{t.config.Mark: mark}, []string{"UUID"}, 0, 2)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].id(), nil
}

// byName is who or what has a record's natural key; "" nobody. A search that heeds the case of
// letters would not find all, so everybody is listed once; who came since is searched for.
func (t *Target) byName(ctx context.Context, r desk.Record) (desk.ID, error) {
	keys, code := keysOf(r), t.keyCode(r.Kind())
	if len(keys) == 0 || code == "" {
		return "", nil
	}
	x, err := t.standingThere(ctx, r.Kind())
	if err != nil {
		return "", err
	}
	if err := t.turn(ctx); err != nil {
		return "", err
	}
	for _, key := range keys {
		if id := x[key]; id != "" {
			t.giveTurn()
			return id, nil
		}
	}
	t.giveTurn()
	for _, said := range plainKeys(r) {
		rows, err := t.find(ctx, t.classFor(r.Kind()), map[string]any{code: said}, []string{"UUID"}, 0, 2)
		if err != nil {
			return "", err
		}
		if len(rows) > 0 {
			t.note(ctx, r, rows[0].id())
			return rows[0].id(), nil
		}
	}
	return "", nil
}

// classFor is the class among which one of a kind is looked for: a contact may be any employee.
func (t *Target) classFor(kind desk.Kind) string {
	if kind == desk.KindContact {
		return classOf(t.config.kind(kind).Class)
	}
	return t.config.kind(kind).Class
}

func (t *Target) keyCode(kind desk.Kind) string {
	if kind == desk.KindContact || kind == desk.KindAgent {
		return t.config.kind(kind).code("email")
	}
	return t.config.kind(kind).code("name")
}

// standingThere are those of a kind by their natural keys, listed once.
func (t *Target) standingThere(ctx context.Context, kind desk.Kind) (map[string]desk.ID, error) {
	if err := t.turn(ctx); err != nil {
		return nil, err
	}
	defer t.giveTurn()
	if x := t.index[kind]; x != nil {
		return x, nil
	}
	k, x, code := t.config.kind(kind), map[string]desk.ID{}, t.keyCode(kind)
	filter := k.filter()
	if kind == desk.KindContact {
		filter = nil
	}
	for r, err := range t.list(ctx, t.classFor(kind), filter, []string{"UUID", "metaClass", code, "removed"}) {
		if err != nil {
			return nil, fmt.Errorf("who stands there: %w", err)
		}
		key := desk.Normal(r.text(code))
		if key != "" && x[key] == "" && !r.is("removed") && (kind == desk.KindContact || k.takes(r)) {
			x[key] = r.id()
		}
	}
	t.index[kind] = x
	return x, nil
}

// note has it known that somebody or something stands there.
func (t *Target) note(ctx context.Context, r desk.Record, id desk.ID) {
	if t.turn(ctx) != nil {
		return
	}
	defer t.giveTurn()
	if x := t.index[r.Kind()]; x != nil {
		for _, key := range keysOf(r) {
			x[key] = id
		}
	}
}

// forget has it known that somebody or something is gone.
func (t *Target) forget(ctx context.Context, kind desk.Kind, id desk.ID) {
	if t.turn(ctx) != nil {
		return
	}
	defer t.giveTurn()
	for key, is := range t.index[kind] {
		if is == id {
			delete(t.index[kind], key)
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
		keys = append(keys, desk.Normal(nameOf(r)))
	}
	return keys
}

// plainKeys are the same as they are written there.
func plainKeys(r desk.Record) []string {
	if c, ok := r.(*desk.Contact); ok {
		return c.Emails
	}
	return []string{strings.TrimSpace(nameOf(r))}
}

func nameOf(r desk.Record) string {
	switch r := r.(type) {
	case *desk.Organization:
		return r.Name
	case *desk.Group:
		return r.Name
	case *desk.Category:
		return r.Name
	case *desk.Agent:
		return r.Email
	}
	return ""
}
