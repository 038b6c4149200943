package mail

import (
	"context"
	"fmt"
)

// index is the threading memory of one mailbox. Its methods are called with the
// Source's lock held, unless they say otherwise.
type index struct {
	book   *notebook
	epoch  string // names this memory: cursors of another do not fit
	next   uint64 // ordinal of the next event
	saved  uint64 // all before it has been written to the State
	people uint64 // next number in the log of people
}

// event returns an event of the log; safe at any time.
func (x *index) event(ctx context.Context, n uint64) (*event, error) {
	b, err := x.book.get(ctx, ordinalKey(keyEvent, n))
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, fmt.Errorf("threading state has no event %x: the project's state is damaged", n)
	}
	e, err := decodeEvent(b)
	if err != nil {
		return nil, fmt.Errorf("threading state, event %x: %w", n, err)
	}
	return e, nil
}

// id returns who has a message id; safe at any time.
func (x *index) id(ctx context.Context, id string) (idRecord, error) {
	b, err := x.book.get(ctx, keyID+id)
	if err != nil {
		return idRecord{}, err
	}
	return decodeID(b)
}

// ticket returns the ticket that n has become, following merges, and its first
// ordinal; safe at any time. A ticket that is not there yet is empty.
func (x *index) ticket(ctx context.Context, n uint64) (uint64, ticketRecord, error) {
	for {
		b, err := x.book.get(ctx, ordinalKey(keyTicket, n))
		if err != nil || b == nil {
			return n, ticketRecord{}, err
		}
		t, err := decodeTicket(b)
		if err != nil || t.Into == 0 || t.Into == n {
			return n, t, err
		}
		n = t.Into
	}
}

// chain returns the messages of a ticket, in the order of the log; safe at any time.
func (x *index) chain(ctx context.Context, t ticketRecord) (map[uint64]*event, error) {
	events := map[uint64]*event{}
	for open := []uint64{t.Tail}; len(open) > 0; {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if n == 0 || events[n] != nil {
			continue
		}
		e, err := x.event(ctx, n)
		if err != nil {
			return nil, err
		}
		events[n] = e
		open = append(open, e.Prev...)
	}
	return events, nil
}
