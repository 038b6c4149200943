package mail

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// mostPlaces bounds how many places of one message are remembered.
const mostPlaces = 64

// add brings the facts of one mail into the index.
func (s *Source) add(ctx context.Context, f *facts) error {
	n, known, err := s.known(ctx, f)
	if err != nil || known != nil {
		if err == nil {
			err = s.again(ctx, n, known, f)
		}
		return err
	}
	if err := s.notePeople(ctx, f); err != nil {
		return err
	}
	if err := s.join(ctx, f); err != nil {
		return err
	}
	return s.x.log(ctx, &f.event)
}

func (s *Source) addUnreadable(ctx context.Context, f *facts) error {
	r, err := s.x.id(ctx, f.event.ID)
	if err != nil || len(r.Takers) > 0 {
		return err
	}
	return s.x.log(ctx, &f.event)
}

// known finds the message that an entry shows again: the same header and body
// under the same id, or whatever is known to lie at its place. If its id is taken
// by another message, the entry gets one of its own.
func (s *Source) known(ctx context.Context, f *facts) (uint64, *event, error) {
	ev := &f.event
	own := ev.MID + "#" + hex.EncodeToString(ev.Sum[:4])
	taken := false
	for _, id := range []string{ev.ID, own} {
		r, err := s.x.id(ctx, id)
		if err != nil {
			return 0, nil, err
		}
		for _, n := range r.Takers {
			e, err := s.x.event(ctx, n)
			if err != nil {
				return 0, nil, err
			}
			if e.Sum == ev.Sum || slices.ContainsFunc(e.Places, f.entry.Place.same) || sentTwice(e, ev) {
				return n, e, nil
			}
			taken = true
		}
		if !taken {
			return 0, nil, nil
		}
	}
	if ev.Named == "" {
		ev.ID = own
	}
	return 0, nil, nil
}

// sentTwice tells whether one of two mails with one header is the copy that a mail
// program has kept of what it sent: the server that the other went through may have
// changed how the body is written.
func sentTwice(a, b *event) bool {
	if a.MID == "" || a.Head != b.Head || a.Places[0].Path == b.Places[0].Path {
		return false
	}
	return IsOutgoing(a.Places[0].Folder) != IsOutgoing(b.Places[0].Folder)
}

// again deals with a message that is known: nothing new, lying elsewhere now,
// changed, or a second copy.
func (s *Source) again(ctx context.Context, n uint64, e *event, f *facts) error {
	p := f.entry.Place
	i := slices.IndexFunc(e.Places, p.same)
	if i >= 0 && e.Sum != f.event.Sum {
		if stale, err := s.stale(ctx, f); err != nil || stale {
			return err
		}
	}
	if i < 0 {
		i = slices.IndexFunc(e.Places, func(q Place) bool { return q.Path == p.Path && q.Gen < p.Gen })
	}
	for k := 0; i < 0 && k < len(e.Places); k++ {
		gone, err := s.gone(ctx, e.Places[k])
		if err != nil {
			return err
		}
		if gone {
			i = k
		}
	}
	if i >= 0 {
		return s.changed(ctx, n, e, f, i)
	}
	if gone, err := s.gone(ctx, p); err != nil || gone {
		return err
	}
	return s.x.log(ctx, &event{
		Kind: eventCopy, Of: n, Ticket: e.Ticket, ID: fmt.Sprintf("%s~%d", e.ID, len(e.Places)), Places: []Place{p},
	})
}

// changed moves place i of message n to where it lies now. People see it, and so
// the log tells it, only if the text, the folder or the labels are others. The
// labels are those of the first place, which is the one that tickets are made of.
func (s *Source) changed(ctx context.Context, n uint64, e *event, f *facts, i int) error {
	places := slices.Clone(e.Places)
	was := places[i]
	places[i] = f.entry.Place
	labels := e.Labels
	if i == 0 {
		labels = f.event.Labels
	}
	if e.Sum != f.event.Sum || was.Folder != places[i].Folder || labels != e.Labels {
		if err := s.x.noteShelves(ctx, f.shelves); err != nil {
			return err
		}
		return s.x.log(ctx, &event{
			Kind: eventChanged, Of: n, Ticket: e.Ticket, ID: e.ID, Places: places,
			Head: f.event.Head, Sum: f.event.Sum, At: f.event.At, Labels: labels,
		})
	}
	if was == places[i] {
		return nil
	}
	e.Places = places
	return s.x.book.put(ctx, ordinalKey(keyEvent, n), e.encode())
}

// gone tells whether a place no longer holds its message.
func (s *Source) gone(ctx context.Context, p Place) (bool, error) {
	if d, ok := s.store.(Distant); ok {
		there, err := d.Holds(ctx, p)
		return !there, err
	}
	o, err := s.store.Open(ctx, notesOf{s.x.book}, p)
	if errors.Is(err, ErrMoved) {
		return true, nil
	}
	if err != nil {
		return false, ctx.Err() // unreadable for now is not gone
	}
	return false, o.Close()
}

// stale tells whether a mail no longer lies where it was found: there was a kill,
// and the mailbox has changed since. What lies there now comes with its own facts.
func (s *Source) stale(ctx context.Context, f *facts) (bool, error) {
	if _, ok := s.store.(Distant); ok {
		return false, nil // a place is never given to another message
	}
	p := f.entry.Place
	now := facts{entry: Entry{Place: p}}
	err := s.readFacts(ctx, Entry{Place: p, Open: func(ctx context.Context) (Opened, error) {
		return s.store.Open(ctx, notesOf{s.x.book}, p)
	}}, &now)
	if err != nil {
		return errors.Is(err, ErrMoved), ctx.Err()
	}
	return now.event.Sum != f.event.Sum, nil
}
