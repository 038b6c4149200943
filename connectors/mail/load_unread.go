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

// waitingUnread are the messages that could not be read when their ticket was yielded,
// and perhaps can be now.
func (s *Source) waitingUnread(ctx context.Context) (waiting []uint64, err error) {
	for entry, err := range s.x.book.scan(ctx, keyUnread, "") {
		if err != nil {
			return nil, err
		}
		if len(entry.Value) == 0 {
			continue
		}
		n, err := ordinalOf(entry.Key, keyUnread)
		if err != nil {
			return nil, err
		}
		waiting = append(waiting, n)
	}
	return waiting, nil
}

// takeUpUnread has the tickets yielded again whose messages can be read now, or are
// gone.
func (s *Source) takeUpUnread(ctx context.Context) error {
	waiting, err := s.waitingUnread(ctx)
	if err != nil {
		return err
	}
	each := func(yield func(uint64, error) bool) {
		for _, n := range waiting {
			if !yield(n, nil) {
				return
			}
		}
	}
	weigh := func(uint64) int64 { return 1 }
	for again, err := range ahead(retry(ctx), s.width(), each, weigh, s.takeUp) {
		if err == nil && again != nil {
			err = s.readable(ctx, again)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readable logs that a message can be read now, or is gone.
func (s *Source) readable(ctx context.Context, e *event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.x.log(ctx, e); err != nil {
		return err
	}
	if err := s.x.book.put(ctx, ordinalKey(keyUnread, e.Of), nil); err != nil {
		return err
	}
	return s.x.checkpoint(ctx)
}

// takeUp is the event that says that a message can be read now, or is gone; nil if it
// still cannot.
func (s *Source) takeUp(ctx context.Context, n uint64) (*event, error) {
	e, err := s.x.event(ctx, n)
	if err != nil {
		return nil, err
	}
	_, failed := s.parse(ctx, e)
	if stop := stops(ctx, failed); stop != nil {
		return nil, stop
	}
	if failed != nil && !errors.Is(failed, ErrMoved) && mayPass(failed) {
		return nil, nil
	}
	again := *e
	again.Kind, again.Of = eventChanged, n
	return &again, nil
}
