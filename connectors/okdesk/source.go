package okdesk

import (
	"context"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/rest/census"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads an account.
type Source struct {
	*api
	books *census.Census
}

func newSource(c *Config, env connectors.Env) (*Source, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	return readerOf(a), nil
}

func readerOf(a *api) *Source {
	s := &Source{api: a}
	s.books = &census.Census{State: a.env.State, Fetch: s.Fetch, Whole: []desk.Kind{desk.KindAgent, desk.KindGroup}}
	return s
}

// Read yields what changed after the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return rest.Items(ctx, func(give rest.Give) error { return s.read(ctx, kind, after, give) })
}

func (s *Source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, give rest.Give) error {
	switch kind {
	case desk.KindOrganization:
		return s.books.Read(ctx, kind, after, s.organizations(ctx), give)
	case desk.KindGroup:
		return s.books.Read(ctx, kind, after, s.groups(ctx), give)
	case desk.KindAgent:
		return s.books.Read(ctx, kind, after, s.agents(ctx), give)
	case desk.KindContact:
		return s.books.Read(ctx, kind, after, s.contacts(ctx), give)
	case desk.KindTicket:
		return s.readTickets(ctx, after, give)
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
