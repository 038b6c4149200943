package mail

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// A message far away is known by its header and its length. Where two look alike so,
// their bodies are fetched and compared: one may be a copy of the other, or another
// mail under the same id.

// farBodies are the digests of bodies that were fetched to be compared.
type farBodies struct {
	mu   sync.Mutex
	sums map[Place][16]byte
}

// mostFarBodies bounds how many are remembered: the copies of one mail are looked at
// one after the other.
const mostFarBodies = 4096

func (b *farBodies) get(p Place) (sum [16]byte, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum, ok = b.sums[p]
	return sum, ok
}

func (b *farBodies) put(p Place, sum [16]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sums == nil || len(b.sums) >= mostFarBodies {
		b.sums = map[Place][16]byte{}
	}
	b.sums[p] = sum
}

// farBody is the digest of the body at a place.
func (s *Source) farBody(ctx context.Context, p Place) (sum [16]byte, err error) {
	if sum, ok := s.far.get(p); ok {
		return sum, nil
	}
	opened, err := s.store.Open(ctx, notesOf{s.x.book}, p)
	if err != nil {
		return sum, err
	}
	defer func() { _ = opened.Close() }() // it was only read
	raw, _ := wholeOf(opened)
	_, body, err := rfc5322.ReadHeader(raw)
	if err != nil {
		return sum, err
	}
	if sum, err = bodyDigest([8]byte{}, raw, body); err == nil {
		s.far.put(p, sum)
	}
	return sum, err
}

// compares tells whether an entry is known by no more than its header and length.
func (s *Source) compares(f *facts) bool {
	_, far := s.store.(Distant)
	return far && f.event.MID != "" && f.event.Named == ""
}

// sameBody tells whether an entry shows a message of the same header and length again.
// It does if the message is nowhere else any more: it was moved, and there is nothing to
// compare with. What cannot be read is taken for another: it is in quarantine then, and
// not lost.
func (s *Source) sameBody(ctx context.Context, e *event, f *facts) (bool, error) {
	if !s.compares(f) {
		return true, nil
	}
	for _, p := range e.Places {
		gone, err := s.gone(ctx, p)
		if err != nil {
			return false, err
		}
		if gone {
			continue
		}
		if here, err := s.fetchBody(ctx, f); err != nil || !here {
			return !here, err
		}
		was, err := s.farBody(ctx, p)
		if stop := stops(ctx, err); stop != nil {
			return false, stop
		}
		if !errors.Is(err, ErrMoved) {
			return err == nil && f.body == was, nil
		}
	}
	return true, nil
}

// fetchBody fetches the body of an entry, and tells whether the message is still there.
func (s *Source) fetchBody(ctx context.Context, f *facts) (here bool, err error) {
	if f.fetched {
		return true, nil
	}
	p := f.entry.Place
	f.body, err = s.farBody(ctx, p)
	if stop := stops(ctx, err); stop != nil {
		return false, stop
	}
	if err != nil && !errors.Is(err, ErrMoved) {
		sum := sha256.Sum256(fmt.Appendf(nil, "unread at %d %s", p.Gen, p)) // as no other is
		copy(f.body[:], sum[:])
	}
	f.fetched = !errors.Is(err, ErrMoved)
	return f.fetched, nil
}

// stops is an error that says nothing of one message.
func stops(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if notNow(err) {
		return err
	}
	return nil
}

// beforehand fetches the bodies of mails that look alike before they are compared, many
// at a time: those that wait beside each other.
func (s *Source) beforehand(ctx context.Context, in iter.Seq2[*facts, error]) iter.Seq2[*facts, error] {
	if _, far := s.store.(Distant); !far {
		return in
	}
	weigh := func(f *facts) int64 {
		if f.alike {
			return f.entry.Place.Length
		}
		return 1 << 10
	}
	return ahead(ctx, s.width(), twins(in), weigh, func(ctx context.Context, f *facts) (*facts, error) {
		if !f.alike || !s.compares(f) {
			return f, nil
		}
		_, err := s.fetchBody(ctx, f)
		return f, err
	})
}

// twins marks mails that look like the one before them or behind them. The copy that
// lies among sent mail is known without its body.
func twins(in iter.Seq2[*facts, error]) iter.Seq2[*facts, error] {
	return func(yield func(*facts, error) bool) {
		var held *facts
		for f, err := range in {
			if err != nil {
				yield(nil, err)
				return
			}
			if held != nil {
				if held.event.Sum == f.event.Sum && held.event.At == f.event.At && !sentTwice(&held.event, &f.event) {
					held.alike, f.alike = true, true
				}
				if !yield(held, nil) {
					return
				}
			}
			held = f
		}
		if held != nil {
			yield(held, nil)
		}
	}
}
