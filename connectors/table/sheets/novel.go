package sheets

import (
	"context"
	"hash/maphash"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
)

// novel answers for a state that was empty at the beginning, without asking it,
// that it does not hold a key: on a first run that is true of nearly every key.
// It is a Bloom filter, and takes as much memory for a million rows as for ten.
// Of any state it remembers the last answers.
type novel struct {
	connectors.State
	mu   sync.Mutex
	bits []uint64 // nil where the state held something
	seed [2]maphash.Seed
	last *recent[[]byte] // the last keys asked for or put
}

// mostRecent is how many keys last holds: some 10 MB.
const mostRecent = 1 << 16

const novelBits = 1 << 26 // 8 MiB

func newNovel(ctx context.Context, state connectors.State) (*novel, error) {
	n := &novel{State: state, last: newRecent[[]byte](mostRecent), seed: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	for _, err := range state.Scan(ctx, "", "") {
		return n, err
	}
	n.bits = make([]uint64, novelBits/64)
	return n, nil
}

// Get does not ask for a key that was never put, nor twice for the same.
func (n *novel) Get(ctx context.Context, key string) ([]byte, error) {
	n.mu.Lock()
	value, recent := n.last.get(key)
	never := !recent && n.never(key)
	n.mu.Unlock()
	if recent || never {
		return value, nil
	}
	value, err := n.State.Get(ctx, key)
	if err == nil {
		n.note(key, value)
	}
	return value, err
}

// Put notes the key before the state has it.
func (n *novel) Put(ctx context.Context, key string, value []byte) error {
	n.note(key, value)
	return n.State.Put(ctx, key, value)
}

// Delete forgets the value; that the key was there does no harm.
func (n *novel) Delete(ctx context.Context, key string) error {
	n.note(key, nil)
	return n.State.Delete(ctx, key)
}

func (n *novel) never(key string) bool {
	if n.bits == nil {
		return false
	}
	for _, bit := range n.places(key) {
		if n.bits[bit/64]&(1<<(bit%64)) == 0 {
			return true
		}
	}
	return false
}

func (n *novel) note(key string, value []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last.put(key, value)
	if n.bits == nil {
		return
	}
	for _, bit := range n.places(key) {
		n.bits[bit/64] |= 1 << (bit % 64)
	}
}

func (n *novel) places(key string) (at [4]uint64) {
	a, b := maphash.String(n.seed[0], key), maphash.String(n.seed[1], key)|1
	for i := range at {
		at[i] = (a + uint64(i)*b) % novelBits
	}
	return at
}
