package mail

import (
	"context"
	"errors"
	"iter"
)

// keyMissed begins the keys of messages that were missing when their ticket was yielded,
// and perhaps will not be at a later look.
const keyMissed = "u/"

// Why a message is missing.
const (
	missedUnread = "1"    // it could not be read, for the time being
	missedGone   = "gone" // it was nowhere: its folder may come back, or it to its folder
)

// missed is such a message.
type missed struct {
	n    uint64
	gone bool
}

// noteMissed notes what to look for again at the next look, and forgets what came.
func (s *Source) noteMissed(ctx context.Context, l *loaded) error {
	for _, t := range l.turns {
		why := ""
		switch {
		case t.gone():
			why = missedGone
		case t.unread() && mayPass(t.err):
			why = missedUnread
		}
		if _, was := (*s.missed.Load())[t.n]; why == "" && !was {
			continue
		}
		if err := s.x.book.put(ctx, ordinalKey(keyMissed, t.n), []byte(why)); err != nil {
			return err
		}
	}
	return nil
}

// allMissed are the messages that were missing when their ticket was yielded.
func (s *Source) allMissed(ctx context.Context) (all []missed, err error) {
	for entry, err := range s.x.book.scan(ctx, keyMissed, "") {
		if err != nil {
			return nil, err
		}
		if len(entry.Value) == 0 {
			continue
		}
		n, err := ordinalOf(entry.Key, keyMissed)
		if err != nil {
			return nil, err
		}
		all = append(all, missed{n, string(entry.Value) == missedGone})
	}
	return all, nil
}

// recallMissed has those at hand that were missing before this look.
func (s *Source) recallMissed(ctx context.Context) error {
	all, err := s.allMissed(ctx)
	if err != nil {
		return err
	}
	known := make(map[uint64]bool, len(all))
	for _, m := range all {
		known[m.n] = m.gone
	}
	s.missed.Store(&known)
	return nil
}

// takeUpMissed has the tickets yielded again of which messages were missing that can be
// read now; or that could not be read, and are gone.
func (s *Source) takeUpMissed(ctx context.Context) error {
	all, err := s.allMissed(ctx)
	if err != nil {
		return err
	}
	weigh := func(missed) int64 { return 1 }
	for again, err := range ahead(ctx, s.width(), s.perhapsThere(ctx, all), weigh, s.takeUp) {
		if err == nil && again != nil {
			err = s.readable(ctx, again)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// perhapsThere passes over those that are still gone: there may be many, which cost a
// look at their places each, and no more.
func (s *Source) perhapsThere(ctx context.Context, all []missed) iter.Seq2[missed, error] {
	return func(yield func(missed, error) bool) {
		for _, m := range all {
			there := true
			var err error
			if m.gone {
				there, err = s.there(ctx, m.n)
			}
			if (there || err != nil) && !yield(m, err) {
				return
			}
		}
	}
}

// there tells whether one of a message's places holds something. A store that cannot say
// it now is asked at the next look.
func (s *Source) there(ctx context.Context, n uint64) (bool, error) {
	e, err := s.x.event(ctx, n)
	if err != nil {
		return false, err
	}
	for _, p := range e.Places {
		gone, err := s.gone(ctx, p)
		if err != nil {
			return false, stops(ctx, err)
		}
		if !gone {
			return true, nil
		}
	}
	return false, nil
}

// takeUp is the event that says that a message can be read now, or is gone; nil if that
// is as it was.
func (s *Source) takeUp(ctx context.Context, m missed) (*event, error) {
	e, err := s.x.event(ctx, m.n)
	if err != nil {
		return nil, err
	}
	asked := ctx
	if !m.gone {
		asked = retry(ctx)
	}
	_, failed := s.parse(asked, e)
	if stop := stops(ctx, failed); stop != nil {
		return nil, stop
	}
	if moved := errors.Is(failed, ErrMoved); moved && m.gone || failed != nil && !moved && mayPass(failed) {
		return nil, nil
	}
	again := *e
	again.Kind, again.Of = eventChanged, m.n
	return &again, nil
}

// readable logs that a message can be read now, or is gone.
func (s *Source) readable(ctx context.Context, e *event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.x.log(ctx, e); err != nil {
		return err
	}
	if err := s.x.book.put(ctx, ordinalKey(keyMissed, e.Of), nil); err != nil {
		return err
	}
	return s.x.checkpoint(ctx)
}
