package mail

import (
	"context"
	"errors"
	"slices"
)

// reload looks through the store again, from the beginning of whatever no longer
// holds what it held, and loads the ticket anew. It gives nil if the ticket will
// come later in the log.
func (s *Source) reload(ctx context.Context, l *loaded, retried *bool) (*loaded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !*retried {
		*retried = true
		if err := s.distrust(ctx, l); err != nil {
			return nil, err
		}
		if err := s.update(ctx); err != nil {
			return nil, err
		}
	}
	root, t, err := s.x.ticket(ctx, l.ticket)
	if err != nil || root != l.ticket || t.Last != l.record.Last {
		return nil, err
	}
	l.record = t
	return s.load(ctx, l.step)
}

func (s *Source) distrust(ctx context.Context, l *loaded) error {
	var done []string
	for _, t := range l.turns {
		if !errors.Is(t.err, ErrMoved) {
			continue
		}
		for _, p := range t.e.Places {
			if slices.Contains(done, p.Path) {
				continue
			}
			done = append(done, p.Path)
			if err := s.x.book.put(ctx, markPrefix+DistrustMark(p.Path), []byte("1")); err != nil {
				return err
			}
		}
	}
	return nil
}
