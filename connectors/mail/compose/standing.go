package compose

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// standing is what the book has of a record of which something is there. People delete
// single mails: a ticket whose first is gone still stands in its others.
type standing struct {
	*entry
	whole bool // its own mail, which carries the cover of a ticket, is there
	turns []turn
	keys  []string // of the turns in the book
}

// standing returns what the book has of a record, or ErrNotFound if nothing of it is there.
func (s *Scribe) standing(ctx context.Context, kind desk.Kind, id desk.ID) (*standing, error) {
	e, err := s.book.get(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	st := &standing{entry: e, whole: s.holds(ctx, e)}
	if kind == desk.KindTicket {
		if st.turns, st.keys, err = s.book.turns(ctx, id); err != nil {
			return nil, err
		}
	}
	if !st.whole && !s.holdsSome(ctx, st) {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	return st, nil
}

// holdsSome tells whether any mail of a record is there but its own.
func (s *Scribe) holdsSome(ctx context.Context, st *standing) bool {
	if st.Cover != "" && s.shelf.Holds(ctx, st.Cover, st.CoverSeal) {
		return true
	}
	for _, t := range st.turns {
		if t.Place != st.Place && s.shelf.Holds(ctx, t.Place, t.Seal) {
			return true
		}
	}
	return false
}

// record reads a record as it was written last. Of a ticket whose cover went with its
// first mail, or with that mail's fields, it is what the book knows. Its version is as it
// was: who deleted that mail has changed nothing in the others.
func (s *Scribe) record(ctx context.Context, st *standing) (desk.Record, error) {
	if st.whole || st.Cover != "" && s.shelf.Holds(ctx, st.Cover, st.CoverSeal) {
		rec, err := s.newest(ctx, st.entry)
		if st.Kind != desk.KindTicket || !errors.Is(err, connectors.ErrNotFound) {
			return rec, err
		}
	}
	return &desk.Ticket{Meta: desk.Meta{ID: st.ID, Mark: st.Mark, Version: fmt.Sprint(st.Version)}, Subject: st.Subject}, nil
}
