package words

import (
	"bytes"
	"context"
	"slices"
)

// Snapshot answers questions about the index as a transaction sees it. It is for one
// goroutine.
type Snapshot struct {
	reader *reader
	list   []segment // the oldest first
	gone   []*replaced
}

// NewSnapshot begins to read in a transaction, which the caller keeps until Close.
func NewSnapshot(ctx context.Context, q Store) (*Snapshot, error) {
	r, err := newReader(ctx, q)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{reader: r}
	if s.list, err = segments(ctx, q); err == nil {
		s.gone, _, err = replacedIn(ctx, r, s.list)
	}
	if err != nil {
		_ = r.close() // the first error says more
		return nil, err
	}
	return s, nil
}

// Close gives back what the snapshot holds of the transaction.
func (s *Snapshot) Close() error { return s.reader.close() }

func (s *Snapshot) cursor(i int, bare bool) *cursor {
	return &cursor{reader: s.reader, segment: s.list[i], bare: bare}
}

// Key finds the records with that key in some document.
func (s *Snapshot) Key(ctx context.Context, name byte, value string) (*Set, error) {
	return s.Keys(ctx, name, []string{value})
}

// Keys finds the records that have one of several values.
func (s *Snapshot) Keys(ctx context.Context, name byte, values []string) (*Set, error) {
	set := NewSet()
	values = slices.Sorted(slices.Values(values))
	for i := range s.list {
		c := s.cursor(i, true)
		for _, value := range values {
			if err := c.collect(ctx, append([]byte{name}, value...), s.gone[i], set); err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

// Phrase finds the records in some document of which the words stand side by side. If
// open, the last word may go on. What is beyond [LongestPhrase] words is left out.
func (s *Snapshot) Phrase(ctx context.Context, words []string, open bool) (*Set, error) {
	if len(words) > LongestPhrase {
		words, open = words[:LongestPhrase], false
	}
	set := NewSet()
	for i := range s.list {
		var err error
		switch {
		case len(words) == 0:
		case len(words) > 1:
			err = s.phrase(ctx, i, words, open, set)
		case open:
			err = s.prefixed(ctx, i, []byte(words[0]), set)
		default:
			err = s.cursor(i, true).collect(ctx, []byte(words[0]), s.gone[i], set)
		}
		if err != nil {
			return nil, err
		}
	}
	return set, nil
}

// prefixed adds the records with a term that begins with prefix.
func (s *Snapshot) prefixed(ctx context.Context, i int, prefix []byte, set *Set) error {
	c := s.cursor(i, true)
	more, err := c.start(ctx, prefix)
	for err == nil && more && bytes.HasPrefix(c.term, prefix) {
		if err = c.gather(ctx, s.gone[i], set); err == nil {
			more, err = c.nextTerm(ctx)
		}
	}
	return err
}

// Count calls do for the values of a key on covers, in their order, with how many
// records have it; of those in among if that is not nil.
func (s *Snapshot) Count(ctx context.Context, name byte, among *Set, do func(value string, n int64)) error {
	m := new(merger)
	for i := range s.list {
		c := s.cursor(i, true)
		more, err := c.start(ctx, []byte{name})
		if err != nil {
			return err
		}
		if more {
			m.from, m.gone = append(m.from, c), append(m.gone, s.gone[i])
		}
	}
	for len(m.from) > 0 {
		if err := m.meet(ctx); err != nil || m.term[0] != name {
			return err
		}
		n := int64(0)
		for len(m.here) > 0 {
			doc, err := m.once(ctx)
			if err != nil {
				return err
			}
			if among == nil || among.Has(doc>>PlaceBits) {
				n++
			}
		}
		if n > 0 {
			do(string(m.term[1:]), n)
		}
		if err := m.leave(ctx); err != nil {
			return err
		}
	}
	return nil
}
