package mail

import (
	"context"
	"slices"
)

// log writes an event and what follows from it.
func (x *index) log(ctx context.Context, e *event) error {
	n := x.next
	if err := x.book.put(ctx, ordinalKey(keyEvent, n), e.encode()); err != nil {
		return err
	}
	x.next++
	return x.apply(ctx, n, e)
}

// apply writes what follows from event n. It may be done again, in order, from
// any event on: everything it writes is held back until the next checkpoint, and
// after a kill the log is applied again from the last one.
func (x *index) apply(ctx context.Context, n uint64, e *event) error {
	switch e.Kind {
	case eventMessage:
		return x.applyMessage(ctx, n, e)
	case eventCopy, eventChanged:
		return x.applyToMessage(ctx, n, e)
	case eventUnreadable:
		return x.take(ctx, e.ID, n)
	}
	return nil
}

func (x *index) applyMessage(ctx context.Context, n uint64, e *event) error {
	if err := x.take(ctx, e.ID, n); err != nil {
		return err
	}
	if e.MID != "" && e.MID != e.ID {
		if err := x.take(ctx, e.MID, n); err != nil {
			return err
		}
	}
	for _, g := range e.Ghosts {
		if err := x.haunt(ctx, g, e); err != nil {
			return err
		}
	}
	bytes := int64(0)
	for _, m := range e.Merge {
		root, t, err := x.ticket(ctx, m)
		if err != nil {
			return err
		}
		if root != m {
			continue // merged before the kill
		}
		if m != e.Ticket {
			bytes += int64(t.Bytes)
			t.Into = e.Ticket
			x.book.putLater(ordinalKey(keyTicket, m), t.encode())
		}
	}
	if e.Named != "" {
		x.book.putLater(keyNamed+e.Named, idRecord{Takers: []uint64{e.Ticket}}.encode())
	}
	if err := x.hint(ctx, e); err != nil {
		return err
	}
	return x.touch(ctx, e.Ticket, n, bytes+1+e.Places[0].Length)
}

// applyToMessage carries a copy or a change over to its message.
func (x *index) applyToMessage(ctx context.Context, n uint64, e *event) error {
	m, err := x.event(ctx, e.Of)
	if err != nil {
		return err
	}
	if e.Kind == eventChanged {
		m.Head, m.Sum, m.At, m.Labels, m.Places = e.Head, e.Sum, e.At, e.Labels, e.Places
	} else if !slices.ContainsFunc(m.Places, e.Places[0].same) && len(m.Places) < mostPlaces {
		m.Places = append(m.Places, e.Places[0])
	}
	if err := x.book.put(ctx, ordinalKey(keyEvent, e.Of), m.encode()); err != nil {
		return err
	}
	return x.touch(ctx, m.Ticket, n, 0)
}

// take notes that message n has an id.
func (x *index) take(ctx context.Context, id string, n uint64) error {
	r, err := x.id(ctx, id)
	if err != nil || slices.Contains(r.Takers, n) || len(r.Takers) > maxTakers {
		return err
	}
	r.Takers = append(slices.Clone(r.Takers), n)
	x.book.putLater(keyID+id, r.encode())
	return nil
}

// haunt notes that an id which nobody has belongs to a ticket.
func (x *index) haunt(ctx context.Context, id string, e *event) error {
	r, err := x.id(ctx, id)
	if err != nil || len(r.Takers) > 0 || r.Ghost != 0 {
		return err
	}
	x.book.putLater(keyID+id, idRecord{Ghost: e.Ticket, Subj: e.Subj, At: e.At}.encode())
	return nil
}

// touch says that event n is the last of a ticket; bytes, if it is a message, how
// much it added.
func (x *index) touch(ctx context.Context, ticket, n uint64, bytes int64) error {
	root, t, err := x.ticket(ctx, ticket)
	if err != nil {
		return err
	}
	t.Last = max(t.Last, n)
	if bytes > 0 && n > t.Tail {
		t.Tail, t.Bytes = n, t.Bytes+uint64(bytes)
	}
	x.book.putLater(ordinalKey(keyTicket, root), t.encode())
	return nil
}
