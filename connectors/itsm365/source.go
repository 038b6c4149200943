package itsm365

import (
	"context"
	"errors"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads an installation.
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
	case desk.KindAgent, desk.KindContact:
		if err := s.forgetStaff(ctx); err != nil {
			return err
		}
		return s.census(ctx, kind, after, yield, s.people(ctx, kind))
	case desk.KindOrganization, desk.KindGroup, desk.KindCategory:
		return s.census(ctx, kind, after, yield, s.shelves(ctx, kind))
	case desk.KindTicket:
		if err := s.forgetStaff(ctx); err != nil {
			return err
		}
		return s.readTickets(ctx, after, yield)
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
