package persons

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Read yields what the source does, with one contact for each person: in the place of the
// one that stands for it, and after a cursor in that of any that changed.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for item, err := range s.from.Read(ctx, kind, after) {
			there := item.Record != nil
			if err == nil && there {
				item.Record, err = s.seen(ctx, item.Record, after == "")
			}
			if there && item.Record == nil && err == nil {
				continue // it comes with the one that stands for it
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// Fetch is one record as Read would yield it; of any contact of a person the one that
// stands for all.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	r, err := s.from.(connectors.Fetcher).Fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, r, false)
}

// seen is a record as this source shows it; nil if it is part of another that is read too.
func (s *Source) seen(ctx context.Context, r desk.Record, all bool) (desk.Record, error) {
	if c, ok := r.(*desk.Contact); ok && !c.Deleted {
		who, parts, err := s.person(ctx, c.ID)
		if err != nil || len(parts) < 2 {
			return r, err
		}
		if all && who != c.ID {
			return nil, nil
		}
		one, _, err := s.whole(ctx, who, parts)
		return one, err
	}
	for _, ref := range desk.Refs(r) {
		if ref.Kind != desk.KindContact || ref.ID == "" {
			continue
		}
		who, err := s.Who(ctx, ref.ID)
		if err != nil {
			return nil, err
		}
		ref.ID = who
	}
	if t, ok := r.(*desk.Ticket); ok {
		t.Participants = once(t.Participants)
	}
	return r, nil
}

// once leaves out who takes part twice: two addresses of one person.
func once(refs []desk.Ref) []desk.Ref {
	var out []desk.Ref
	for _, ref := range refs {
		if !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// Who is the contact that stands for the person of another.
func (s *Source) Who(ctx context.Context, id desk.ID) (desk.ID, error) {
	if who, ok := s.names.get(id); ok {
		return who, nil
	}
	who, _, err := s.person(ctx, id)
	if err == nil {
		s.names.set(id, who)
	}
	return who, err
}

// person is the contact that stands for the person of another, and all that it stands for,
// the first first. Those that have arrived apart stay apart.
func (s *Source) person(ctx context.Context, id desk.ID) (who desk.ID, parts []desk.ID, err error) {
	together, err := s.index.Together(ctx, string(id))
	if err != nil {
		return "", nil, fmt.Errorf("contact %s: who is one person: %w", id, err)
	}
	for _, other := range together {
		parts = append(parts, desk.ID(other))
	}
	if len(parts) == 0 {
		return id, nil, nil
	}
	arrived, others := desk.ID(""), []desk.ID(nil)
	places := map[desk.ID]bool{}
	for _, p := range parts {
		place, err := s.rules.Stands(ctx, p)
		if err != nil {
			return "", nil, err
		}
		switch {
		case place == "" || places[place]:
		case arrived == "":
			arrived = p
		default:
			others = append(others, p)
		}
		places[place] = true
	}
	switch {
	case slices.Contains(others, id):
		return id, []desk.ID{id}, nil
	case arrived == "":
		return parts[0], parts, nil
	}
	return arrived, slices.DeleteFunc(parts, func(p desk.ID) bool { return slices.Contains(others, p) }), nil
}

// Parts are the contacts of the person of a contact; none if that is one by itself.
func (s *Source) Parts(ctx context.Context, id desk.ID) ([]desk.ID, error) {
	_, parts, err := s.person(ctx, id)
	return parts, err
}

// whole is a person as one contact, and in what its contacts differ.
func (s *Source) whole(ctx context.Context, who desk.ID, parts []desk.ID) (*desk.Contact, []Difference, error) {
	cs, err := s.contacts(ctx, parts)
	if err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(cs, func(c *desk.Contact) bool { return c.ID == who })
	if at < 0 {
		return nil, nil, fmt.Errorf("contact %s: %w", who, connectors.ErrNotFound)
	}
	var failed error
	one, told := merge(cs, s.rules.Newest, func(a, b desk.ID) bool {
		same, err := s.sameOrg(ctx, a, b)
		failed = errors.Join(failed, err)
		return same
	})
	one.ID, one.URL = who, cs[at].URL
	return one, told, failed
}

// contacts are those of the ids that there are.
func (s *Source) contacts(ctx context.Context, ids []desk.ID) (cs []*desk.Contact, err error) {
	for _, id := range ids {
		r, err := s.from.(connectors.Fetcher).Fetch(ctx, desk.KindContact, id)
		if errors.Is(err, connectors.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !r.About().Deleted {
			cs = append(cs, r.(*desk.Contact))
		}
	}
	return cs, nil
}

// sameOrg tells whether two organisations of two sources have one name: they are one at
// the target.
func (s *Source) sameOrg(ctx context.Context, a, b desk.ID) (bool, error) {
	var names []string
	for _, id := range []desk.ID{a, b} {
		r, err := s.from.(connectors.Fetcher).Fetch(ctx, desk.KindOrganization, id)
		if errors.Is(err, connectors.ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		names = append(names, desk.Natural(r))
	}
	return names[0] != "" && names[0] == names[1], nil
}

// Person is one person who is several contacts.
type Person struct {
	ID          desk.ID // of the contact that stands for all
	Contacts    []*desk.Contact
	By          []string // what they share, as Rules.Keys has it
	Differences []Difference
}

// Person is the person of a contact; nil if that is one by itself.
func (s *Source) Person(ctx context.Context, id desk.ID) (*Person, error) {
	who, parts, err := s.person(ctx, id)
	if err != nil || len(parts) < 2 {
		return nil, err
	}
	_, told, err := s.whole(ctx, who, parts)
	if err != nil {
		return nil, err
	}
	p := &Person{ID: who, Differences: told}
	if p.Contacts, err = s.contacts(ctx, parts); err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for _, c := range p.Contacts {
		keys, err := s.rules.Keys(ctx, c)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if seen[k]++; seen[k] == 2 {
				p.By = append(p.By, k)
			}
		}
	}
	return p, nil
}

// Persons yields all persons who are several contacts.
func (s *Source) Persons(ctx context.Context) iter.Seq2[*Person, error] {
	return func(yield func(*Person, error) bool) {
		for id, err := range s.index.Groups(ctx) {
			var p *Person
			if err == nil {
				p, err = s.Person(ctx, desk.ID(id))
			}
			if p == nil && err == nil {
				continue
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}
