package checkpoints

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// A layer is what was put and is not yet durable. Look-ups go through the layers
// from the newest down, then to the file.
type layer struct {
	rows     map[recordKey]*recordRows
	naturals map[naturalKey]Row
	cursors  map[partKey]place
	keys     map[string]map[string][]byte // by owner; a nil value is a deletion
	losses   map[lossKey]Loss
	count    int
}

type recordKey struct {
	pair int64
	kind desk.Kind // of the record; messages stand under their ticket
	id   desk.ID
}

type recordRows struct {
	own      *Row
	messages map[desk.ID]Row
}

type naturalKey struct {
	pair int64
	kind desk.Kind
	key  string
}

type partKey struct {
	pair int64
	kind desk.Kind
	part string
}

type place struct{ hash, cursor string }

func newLayer() *layer {
	return &layer{
		rows: map[recordKey]*recordRows{}, naturals: map[naturalKey]Row{},
		cursors: map[partKey]place{}, keys: map[string]map[string][]byte{}, losses: map[lossKey]Loss{},
	}
}

func (l *layer) put(pair int64, r Row) {
	key := recordKey{pair, r.Kind, r.ID}
	if r.Kind == desk.KindMessage {
		key.kind, key.id = desk.KindTicket, r.Parent
	}
	at := l.rows[key]
	if at == nil {
		at = new(recordRows)
		l.rows[key] = at
	}
	l.count++
	if r.Kind != desk.KindMessage {
		at.own = &r
		if r.Natural != "" && r.Target != "" {
			l.naturals[naturalKey{pair, r.Kind, r.Natural}] = r
		}
		return
	}
	if at.messages == nil {
		at.messages = map[desk.ID]Row{}
	}
	at.messages[r.ID] = r
}

// layers calls f from the newest layer down until it returns true.
func (s *sqliteStore) layers(f func(*layer) bool) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if f(s.pending) {
		return true
	}
	for i := len(s.sealed) - 1; i >= 0; i-- {
		if f(s.sealed[i]) {
			return true
		}
	}
	return false
}

// taken is a Batch: a sealed layer.
type taken struct {
	s *sqliteStore
	l *layer
}

func (s *sqliteStore) Take() Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return &taken{s: s}
	}
	l := s.pending
	if !l.empty() { // committing an empty one still means all that was taken before
		s.sealed, s.pending = append(s.sealed, l), newLayer()
	}
	return s.last()
}

// last is the newest sealed layer as a batch. The caller holds the lock.
func (s *sqliteStore) last() Batch {
	if n := len(s.sealed); n > 0 {
		return &taken{s: s, l: s.sealed[n-1]}
	}
	return &taken{s: s}
}

// TakeKeys seals a layer of the keys; the rows of the pending one stay.
func (s *sqliteStore) TakeKeys() Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return &taken{s: s}
	}
	if l := newLayer(); len(s.pending.keys) > 0 {
		l.keys, s.pending.keys = s.pending.keys, l.keys
		s.sealed = append(s.sealed, l)
	}
	return s.last()
}

func (s *sqliteStore) Drop() {
	s.commit.Lock()
	defer s.commit.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped, s.sealed, s.pending = true, nil, newLayer()
}

func (l *layer) empty() bool { return len(l.rows)+len(l.cursors)+len(l.keys)+len(l.losses) == 0 }

// Commit writes this batch and all taken before it, for a later layer must never
// be durable without an earlier one.
func (t *taken) Commit(ctx context.Context) error {
	if t.l == nil {
		return nil
	}
	t.s.commit.Lock()
	defer t.s.commit.Unlock()
	t.s.mu.RLock()
	upTo := slices.Index(t.s.sealed, t.l)
	batch := slices.Clone(t.s.sealed[:upTo+1])
	t.s.mu.RUnlock()
	if len(batch) == 0 {
		return nil // went with a later one
	}
	if err := t.s.save(ctx, batch); err != nil {
		return fmt.Errorf("ledger %s: %w", t.s.path, wrapFull(err))
	}
	t.s.forget(batch...)
	return nil
}

// forget drops layers that are durable.
func (s *sqliteStore) forget(ls ...*layer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sealed = slices.DeleteFunc(slices.Clone(s.sealed), func(l *layer) bool { return slices.Contains(ls, l) })
}

// flight is one transaction that several goroutines wait for.
type flight struct {
	once sync.Once
	err  error
}

// Flush lets goroutines that come while a commit is under way share the next one.
func (s *sqliteStore) Flush(ctx context.Context) error {
	s.group.Lock()
	f := s.next
	if f == nil {
		f = new(flight)
		s.next = f
	}
	s.group.Unlock()
	f.once.Do(func() {
		s.commit.Lock() // wait for the one under way, gathering company
		s.group.Lock()
		s.next = nil
		s.group.Unlock()
		b := s.Take()
		s.commit.Unlock()
		f.err = b.Commit(context.WithoutCancel(ctx)) // others wait for it too
	})
	return f.err
}
