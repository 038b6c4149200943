package okdesk

import (
	"context"
	"errors"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads an account.
type Source struct{ *api }

func newSource(c *Config, env connectors.Env) (*Source, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	return &Source{a}, nil
}

// Read yields what changed after the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		err := ctx.Err()
		if err == nil {
			err = s.read(ctx, kind, after, heeding(ctx, yield))
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(connectors.Item{}, err)
		}
	}
}

type yielder = func(connectors.Item, error) bool

// errStopped ends a reading whose caller has left the loop, or was told why it ends.
var errStopped = errors.New("stopped")

// heeding ends a stream when its context is cancelled between two items.
func heeding(ctx context.Context, yield yielder) yielder {
	return func(it connectors.Item, err error) bool {
		if !yield(it, err) {
			return false
		}
		if err := ctx.Err(); err != nil {
			yield(connectors.Item{}, err)
			return false
		}
		return true
	}
}

func (s *Source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield yielder) error {
	switch kind {
	case desk.KindOrganization:
		return s.census(ctx, kind, after, yield, s.organizations(ctx))
	case desk.KindGroup:
		return s.census(ctx, kind, after, yield, s.groups(ctx))
	case desk.KindAgent:
		return s.census(ctx, kind, after, yield, s.agents(ctx))
	case desk.KindContact:
		return s.census(ctx, kind, after, yield, s.contacts(ctx))
	case desk.KindTicket:
		return s.readTickets(ctx, after, yield)
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil
}

// records are those of a list.
type records = iter.Seq2[desk.Record, error]

func recordsOf[T keyed](list iter.Seq2[T, error], make func(T) (desk.Record, error)) records {
	return func(yield func(desk.Record, error) bool) {
		for row, err := range list {
			var r desk.Record
			if err == nil {
				r, err = make(row)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (s *Source) contacts(ctx context.Context) records {
	return recordsOf(keyset[personShape](ctx, s.api, "contacts/list", 0), func(p personShape) (desk.Record, error) { return s.config.contact(p), nil })
}

func (s *Source) organizations(ctx context.Context) records {
	return func(yield func(desk.Record, error) bool) {
		names := map[number]string{}
		for c, err := range keyset[companyShape](ctx, s.api, "companies/list", 0) {
			names[c.ID] = c.Name
			if !yield(organization(c), err) || err != nil {
				return
			}
		}
		if s.config.Objects != organizations {
			return
		}
		for o, err := range keyset[objectShape](ctx, s.api, "maintenance_entities/list", 0) {
			if lacking(err) {
				return
			}
			if !yield(objectRecord(o, names[o.CompanyID]), err) || err != nil {
				return
			}
		}
	}
}

func (s *Source) groups(ctx context.Context) records {
	return func(yield func(desk.Record, error) bool) {
		had := map[number]bool{}
		for p, err := range keyset[personShape](ctx, s.api, "employees/list", 0) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, g := range p.Groups {
				if !had[g.ID] && !yield(groupRecord(g), nil) {
					return
				}
				had[g.ID] = true
			}
		}
	}
}

func (s *Source) agents(ctx context.Context) records {
	return recordsOf(keyset[personShape](ctx, s.api, "employees/list", 0), func(p personShape) (desk.Record, error) { return s.config.agent(p), nil })
}
