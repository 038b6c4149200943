package mail

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Read yields the tickets with something new, each at the place of its last
// event, or the people, shelves and other records that are new or better known.
// Second copies and what cannot be read are yielded aside.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if err := s.begin(ctx, kind); err != nil {
			yield(connectors.Item{}, err)
			return
		}
		defer s.end()
		if kind == desk.KindTicket {
			s.readTickets(ctx, s.ordinal(after, s.x.next), yield)
			return
		}
		s.readLines(ctx, kind, s.ordinal(after, s.x.people), yield)
	}
}

// cursor makes a cursor of a place in a log; ordinal reads it back. A cursor of
// another index, or from beyond the log's end, means the beginning.
func (s *Source) cursor(n uint64) connectors.Cursor {
	return connectors.Cursor(s.x.epoch + "-" + strconv.FormatUint(n, 16))
}

func (s *Source) ordinal(c connectors.Cursor, next uint64) uint64 {
	epoch, hex, _ := strings.Cut(string(c), "-")
	n, err := strconv.ParseUint(hex, 16, 64)
	if err != nil || epoch != s.x.epoch || n >= next {
		return 0
	}
	return n
}

// step is one thing to yield: an aside, or a ticket to load.
type step struct {
	n      uint64 // the event after which the cursor stands
	aside  *connectors.Aside
	ticket uint64
	record ticketRecord
	weight int64
}

// readTickets yields what the log holds after an ordinal, and at last, for that may take
// long, what could not be read before and can be now.
func (s *Source) readTickets(ctx context.Context, after uint64, yield func(connectors.Item, error) bool) {
	retried := false
	if !s.readSteps(ctx, &after, &retried, yield) {
		return
	}
	if err := s.takeUpMissed(ctx); err != nil {
		yield(connectors.Item{}, err)
		return
	}
	s.readSteps(ctx, &after, &retried, yield)
}

// readSteps yields what the log holds after an ordinal, which it moves to where the log
// ends.
func (s *Source) readSteps(ctx context.Context, after *uint64, retried *bool, yield func(connectors.Item, error) bool) (more bool) {
	weigh := func(st step) int64 { return st.weight }
	for l, err := range ahead(ctx, s.width(), s.steps(ctx, after), weigh, s.load) {
		var items []connectors.Item
		if err == nil {
			items, err = s.items(ctx, l, retried)
		}
		if err != nil {
			yield(connectors.Item{}, err)
			return false
		}
		for _, item := range items {
			if !yield(item, nil) {
				return false
			}
		}
	}
	return true
}

// steps goes through the log.
func (s *Source) steps(ctx context.Context, after *uint64) iter.Seq2[step, error] {
	return func(yield func(step, error) bool) {
		for entry, err := range s.x.book.scan(ctx, keyEvent, ordinalKey(keyEvent, *after)) {
			var steps []step
			if err == nil {
				*after, err = ordinalOf(entry.Key, keyEvent)
			}
			if err == nil {
				steps, err = s.stepsOf(ctx, *after, entry)
			}
			if err != nil {
				yield(step{}, err)
				return
			}
			for _, st := range steps {
				if !yield(st, nil) {
					return
				}
			}
		}
	}
}

// stepsOf tells what there is to yield at one event: its aside, and its ticket if
// this is the ticket's last event.
func (s *Source) stepsOf(ctx context.Context, n uint64, entry connectors.Entry) ([]step, error) {
	e, err := decodeEvent(entry.Value)
	if err != nil {
		return nil, fmt.Errorf("threading state, %s: %w", entry.Key, err)
	}
	if e.Kind == eventUnreadable && e.Why == "" {
		return []step{{n: n, aside: &connectors.Aside{
			Kind: desk.KindMessage, ID: desk.ID(e.ID), Reason: connectors.ReasonDuplicate, Detail: "it could not be read once, and now it can, or is no longer there",
		}}}, nil
	}
	if e.Kind == eventUnreadable {
		return []step{{n: n, aside: &connectors.Aside{
			Kind: desk.KindMessage, ID: desk.ID(e.ID), Reason: connectors.ReasonUnreadable, Detail: e.Why,
		}}}, nil
	}
	root, t, err := s.x.ticket(ctx, e.Ticket)
	if err != nil {
		return nil, err
	}
	var steps []step
	if t.Last == n {
		steps = append(steps, step{n: n, ticket: root, record: t, weight: int64(t.Bytes)})
	}
	if e.Kind != eventCopy {
		return steps, nil
	}
	st := step{n: n, aside: &connectors.Aside{
		Kind: desk.KindMessage, ID: desk.ID(e.ID), Reason: connectors.ReasonDuplicate,
		Detail: fmt.Sprintf("%s holds a second copy of message %s", e.Places[0], e.ID[:strings.LastIndexByte(e.ID, '~')]),
	}}
	if len(steps) > 0 {
		st.n = n - 1 // the ticket is still to come
	}
	return append([]step{st}, steps...), nil
}
