// Package persons makes one contact of those that are one person: in several sources that
// come together, or in one that has somebody twice. It is a view over a source, computed
// anew for each run: what is stored stays as it is, each contact under its own id.
//
// Of the contacts of one person one stands for all: it has what all of them say, and what
// refers to another of them refers to it. Which one that is does not change once it has
// arrived.
package persons

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/unions"
)

// Rules say who is one person.
type Rules struct {
	// Keys are what a contact is known by: two that share one are one person.
	Keys func(ctx context.Context, c *desk.Contact) ([]string, error)
	// Rank orders the contacts of a person: the one of the lowest rank, and of those the one
	// of the lowest id, is the first.
	Rank func(id desk.ID) int
	// Newest believes the contact that changed last where they differ, not the first.
	Newest bool
	// Stands is what stands at the target for a contact, by itself and not as one that it
	// shares; "" nothing does.
	Stands func(ctx context.Context, id desk.ID) (desk.ID, error)
}

// Source is a source whose contacts are persons.
type Source struct {
	from  connectors.Source
	rules Rules
	index *unions.Set
	names cache
}

// Over reads all contacts of a source, which must be able to be asked for one record, and
// finds out who is one person. temp is a folder for what that takes. The source is closed
// with what is returned, and stays open if there is an error.
func Over(ctx context.Context, from connectors.Source, rules Rules, temp string) (*Source, error) {
	if _, can := from.(connectors.Fetcher); !can {
		return nil, fmt.Errorf("who is one person: the source cannot be asked for one record: %w", connectors.ErrUnsupported)
	}
	x, err := unions.New(ctx, temp)
	if err != nil {
		return nil, err
	}
	s := &Source{from: from, rules: rules, index: x}
	if err := s.gather(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("who is one person: %w", err), x.Close())
	}
	return s, nil
}

func (s *Source) gather(ctx context.Context) error {
	for item, err := range s.from.Read(ctx, desk.KindContact, "") {
		if err != nil {
			return err
		}
		c, ok := item.Record.(*desk.Contact)
		if !ok || c.Deleted {
			continue
		}
		keys, err := s.rules.Keys(ctx, c)
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			continue
		}
		if err := s.index.Add(ctx, string(c.ID), s.rules.Rank(c.ID), keys); err != nil {
			return err
		}
	}
	return s.index.Done()
}

// Close closes the source and forgets who is one person.
func (s *Source) Close() error {
	err := s.index.Close()
	if c, ok := s.from.(connectors.Closer); ok {
		err = errors.Join(c.Close(), err)
	}
	return err
}

// Describe describes the source as it is.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	if d, ok := s.from.(connectors.Describer); ok {
		return d.Describe(ctx)
	}
	return connectors.Schema{}, connectors.ErrUnsupported
}
