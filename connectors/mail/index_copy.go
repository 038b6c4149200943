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

// known finds the message that an entry shows again: whatever is known to lie at its
// place, or the same header and body under the same id. If its id is taken by another
// message, the entry gets one of its own.
func (s *Source) known(ctx context.Context, f *facts) (uint64, *event, error) {
	ev := &f.event
	own := ev.MID + "#" + hex.EncodeToString(ev.Sum[:4])
	n, e, alike, err := s.among(ctx, f, ev.ID)
	if err != nil || e != nil {
		return n, e, err
	}
	if alike == none {
		return 0, nil, nil
	}
	if n, e, more, err := s.among(ctx, f, own); err != nil || e != nil {
		return n, e, err
	} else if alike = max(alike, more); alike == looksAlike {
		own = ev.MID + "#" + hex.EncodeToString(f.body[:4])
		if n, e, _, err := s.among(ctx, f, own); err != nil || e != nil {
			return n, e, err
		}
	}
	if ev.Named == "" {
		ev.ID = own
	}
	return 0, nil, nil
}

// What the messages of one id have of another that is none of them.
const (
	none       = iota // there are none
	taken             // the id
	looksAlike        // and all that is known of it from afar
)

// among finds the message that an entry shows again among those of one id.
func (s *Source) among(ctx context.Context, f *facts, id string) (n uint64, _ *event, alike int, err error) {
	r, err := s.x.id(ctx, id)
	if err != nil {
		return 0, nil, none, err
	}
	events := make([]*event, len(r.Takers))
	for i, n := range r.Takers {
		if events[i], err = s.x.event(ctx, n); err != nil {
			return 0, nil, none, err
		}
		if slices.ContainsFunc(events[i].Places, f.entry.Place.same) {
			return n, events[i], none, nil
		}
		alike = taken
	}
	for i, e := range events {
		if sentTwice(e, &f.event) {
			return r.Takers[i], e, none, nil
		}
		if e.Sum != f.event.Sum {
			continue
		}
		same, err := s.sameBody(ctx, e, f)
		if err != nil || same {
			return r.Takers[i], e, none, err
		}
		alike = looksAlike
	}
	return 0, nil, alike, nil
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
