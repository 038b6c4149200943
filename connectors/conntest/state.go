package conntest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/deskhaul/deskhaul/connectors"
)

// State is a connectors.State in memory that can be killed: it remembers its
// puts in order and can forget all since any point. Zero is empty; it may be
// used by many goroutines and must not be copied.
//
// It is as strict as the contract allows: it keeps the very slices that it is
// given and tells by Changed whether one was used again, gives an empty value
// back as nil, and notices a cancelled context, unless it is deaf.
type State struct {
	mu   sync.Mutex
	deaf bool // notices no cancelled context
	log  []put
	have map[string][]byte // what the log comes to
}

// put is one change; a nil value deletes.
type put struct {
	key   string
	value []byte
	was   [sha256.Size]byte // hash of value
}

var _ connectors.State = (*State)(nil)

// Get returns the value, or nil.
func (s *State) Get(ctx context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.have[key]; len(v) > 0 {
		return v, s.heard(ctx)
	}
	return nil, s.heard(ctx)
}

// heard is the context's error, for one who listens.
func (s *State) heard(ctx context.Context) error {
	if s.deaf {
		return nil
	}
	return ctx.Err()
}

// Put sets a value.
func (s *State) Put(ctx context.Context, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	return s.add(ctx, key, value)
}

// Delete forgets a key.
func (s *State) Delete(ctx context.Context, key string) error { return s.add(ctx, key, nil) }

func (s *State) add(ctx context.Context, key string, value []byte) error {
	if err := s.heard(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.do(put{key, value, sha256.Sum256(value)})
	return nil
}

// Changed tells of a value that was changed after it was put, or by one who got it.
func (s *State) Changed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.log {
		if sha256.Sum256(p.value) != p.was {
			return fmt.Errorf("the value of the key %q (put %d) was changed after it was put: State keeps the slice itself", p.key, i+1)
		}
	}
	return nil
}

// do makes one change. The caller holds the lock.
func (s *State) do(p put) {
	if s.have == nil {
		s.have = map[string][]byte{}
	}
	s.log = append(s.log, p)
	if s.have[p.key] = p.value; p.value == nil {
		delete(s.have, p.key)
	}
}

// Scan yields the entries as they are when it is called.
func (s *State) Scan(ctx context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
	return func(yield func(connectors.Entry, error) bool) {
		now := s.now()
		var keys []string
		for k := range now {
			if strings.HasPrefix(k, prefix) && k > after {
				keys = append(keys, k)
			}
		}
		slices.Sort(keys)
		for _, k := range keys {
			if err := s.heard(ctx); err != nil {
				yield(connectors.Entry{}, err)
				return
			}
			if !yield(connectors.Entry{Key: k, Value: now[k]}, nil) {
				return
			}
		}
	}
}

func (s *State) now() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.have)
}

// Len is how many changes were made so far: a point to go back to.
func (s *State) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.log)
}

// Bytes is about how much memory it takes, for tests that measure what a connector
// takes besides.
func (s *State) Bytes() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := int64(cap(s.log)) * int64(unsafe.Sizeof(put{}))
	for _, p := range s.log {
		n += int64(len(p.key) + cap(p.value))
	}
	return n + int64(len(s.have))*int64(unsafe.Sizeof(put{}))
}

// At is a copy as a kill would have left it after the first n changes.
func (s *State) At(n int) *State {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &State{deaf: s.deaf}
	for _, p := range s.log[:min(n, len(s.log))] {
		c.do(p)
	}
	return c
}

// puts are all changes so far.
func (s *State) puts() []put {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}
