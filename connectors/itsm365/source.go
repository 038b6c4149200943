package itsm365

import (
	"context"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/rest/census"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads an installation.
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
	s.books = &census.Census{State: a.env.State, Fetch: s.Fetch}
	return s
}

// Read yields what changed after the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return rest.Items(ctx, func(give rest.Give) error { return s.read(ctx, kind, after, give) })
}

func (s *Source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, give rest.Give) error {
	switch kind {
	case desk.KindAgent, desk.KindContact:
		if err := s.forgetStaff(ctx); err != nil {
			return err
		}
		return s.books.Read(ctx, kind, after, s.people(ctx, kind), give)
	case desk.KindOrganization, desk.KindGroup, desk.KindCategory:
		return s.books.Read(ctx, kind, after, s.shelves(ctx, kind), give)
	case desk.KindTicket:
		if err := s.forgetStaff(ctx); err != nil {
			return err
		}
		return s.readTickets(ctx, after, give)
	case desk.KindMessage, desk.KindFile:
	}
	return nil
}

// records are those of a list.
type records = iter.Seq2[desk.Record, error]

func (s *Source) people(ctx context.Context, kind desk.Kind) records {
	return func(yield func(desk.Record, error) bool) {
		staff, err := s.agents(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		k := s.config.kind(kind)
		for r, err := range s.list(ctx, k.Class, k.filter(), nil) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !k.takes(r) || kind == desk.KindContact && staff[string(r.id())] {
				continue
			}
			if !yield(s.person(kind, r), nil) {
				return
			}
		}
	}
}

func (s *Source) shelves(ctx context.Context, kind desk.Kind) records {
	return func(yield func(desk.Record, error) bool) {
		k := s.config.kind(kind)
		for r, err := range s.list(ctx, k.Class, k.filter(), nil) {
			if err != nil {
				yield(nil, err)
				return
			}
			if k.takes(r) && !yield(s.shelf(kind, r), nil) {
				return
			}
		}
	}
}
