package mail

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// keyUnread begins the keys of messages that could not be read when their ticket was
// yielded, and perhaps can be at a later look.
const keyUnread = "u/"

// unread tells a message that cannot be read from one that is no longer there.
func (t *leaf) unread() bool { return t.mail == nil && t.err != nil && !errors.Is(t.err, ErrMoved) }

// unread are the messages that are missing from a ticket because they cannot be read.
func (l *loaded) unread() (asides []*connectors.Aside) {
	for _, t := range l.turns {
		if t.unread() {
			asides = append(asides, &connectors.Aside{
				Kind: desk.KindMessage, Parent: l.built.ID, ID: desk.ID(t.e.ID), Reason: connectors.ReasonUnreadable, Detail: t.err.Error(),
			})
		}
	}
	return asides
}

// noteUnread notes what to try again at the next look.
func (s *Source) noteUnread(ctx context.Context, l *loaded) error {
	for _, t := range l.turns {
		if t.unread() && mayPass(t.err) {
			if err := s.x.book.put(ctx, ordinalKey(keyUnread, t.n), []byte("1")); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeUpUnread has the tickets yielded again whose messages can be read now, or are
// gone.
func (s *Source) takeUpUnread(ctx context.Context) error {
	var waiting []uint64
	for entry, err := range s.x.book.scan(ctx, keyUnread, "") {
		if err != nil {
			return err
		}
		if len(entry.Value) == 0 {
			continue
		}
		n, err := ordinalOf(entry.Key, keyUnread)
		if err != nil {
			return err
		}
		waiting = append(waiting, n)
	}
	for _, n := range waiting {
		if err := s.takeUp(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) takeUp(ctx context.Context, n uint64) error {
	e, err := s.x.event(ctx, n)
	if err != nil {
		return err
	}
	_, failed := s.parse(ctx, e)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case notNow(failed):
		return failed
	case failed != nil && !errors.Is(failed, ErrMoved) && mayPass(failed):
		return nil
	}
	again := *e
	again.Kind, again.Of = eventChanged, n
	if err := s.x.log(ctx, &again); err != nil {
		return err
	}
	return s.x.book.put(ctx, ordinalKey(keyUnread, n), nil)
}
