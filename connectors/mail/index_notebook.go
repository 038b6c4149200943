package mail

import (
	"container/list"
	"context"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
)

const (
	notebookBytes = 8 << 20 // of remembered values
	notebookLater = 4096    // most values held back before they are written
	bloomBits     = 1 << 25
)

// notebook is a State with a bounded memory of what was read and written last.
// A lookup in the State costs far more than one in memory, and threading looks up
// several ids a message.
type notebook struct {
	state connectors.State

	mu    sync.Mutex
	hot   map[string]*list.Element
	order *list.List // of *hotValue, latest first
	size  int
	later map[string][]byte
	// promised are values that are to be put when something else has been.
	promised map[string][]byte

	// On the first run of all every key is put by this process: seen knows which
	// may exist, so that most lookups of new ids never reach the State.
	seen []uint64
	seed [2]maphash.Seed
}

type hotValue struct {
	key   string
	value []byte
}

// newNotebook opens the notebook; fresh says that the State is empty.
func newNotebook(state connectors.State, fresh bool) *notebook {
	n := &notebook{state: state, hot: map[string]*list.Element{}, order: list.New(), later: map[string][]byte{}, promised: map[string][]byte{}}
	if fresh {
		n.seen = make([]uint64, bloomBits/64)
		n.seed = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	}
	return n
}

// get returns the value of a key, or nil.
func (n *notebook) get(ctx context.Context, key string) ([]byte, error) {
	n.mu.Lock()
	if v, ok := n.later[key]; ok {
		n.mu.Unlock()
		return v, nil
	}
	if v, ok := n.promised[key]; ok {
		n.mu.Unlock()
		return v, nil
	}
	if e, ok := n.hot[key]; ok {
		n.order.MoveToFront(e)
		v := e.Value.(*hotValue).value
		n.mu.Unlock()
		return v, nil
	}
	absent := n.seen != nil && !n.bloom(key, false)
	n.mu.Unlock()
	if absent {
		return nil, nil
	}
	v, err := n.state.Get(ctx, key)
	if err == nil && v != nil {
		n.mu.Lock()
		n.keep(key, v)
		n.mu.Unlock()
	}
	return v, err
}

// put writes a value at once.
func (n *notebook) put(ctx context.Context, key string, value []byte) error {
	if err := n.state.Put(ctx, key, value); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.later, key)
	delete(n.promised, key)
	n.bloom(key, true)
	n.keep(key, value)
	return nil
}

// putLater holds a value back until flush. Only what can be derived again from
// values already put may be put later.
func (n *notebook) putLater(key string, value []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.bloom(key, true)
	n.later[key] = value
}

// promise shows a value before it is put.
func (n *notebook) promise(key string, value []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.promised[key] = value
}

// crowded tells whether it is time to flush.
func (n *notebook) crowded() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.later) >= notebookLater
}

// flush writes what was held back.
func (n *notebook) flush(ctx context.Context) error {
	n.mu.Lock()
	later := maps.Clone(n.later)
	n.mu.Unlock()
	for _, k := range slices.Sorted(maps.Keys(later)) {
		if err := n.put(ctx, k, later[k]); err != nil {
			return err
		}
	}
	return nil
}

// scan goes through the entries of a prefix as they are in the State.
func (n *notebook) scan(ctx context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
	return n.state.Scan(ctx, prefix, after)
}

// keep remembers a value and forgets the oldest; the caller holds the lock.
func (n *notebook) keep(key string, value []byte) {
	if e, ok := n.hot[key]; ok {
		v := e.Value.(*hotValue)
		n.size += len(value) - len(v.value)
		v.value = value
		n.order.MoveToFront(e)
	} else {
		n.hot[key] = n.order.PushFront(&hotValue{key, value})
		n.size += hotCost(key, value)
	}
	for n.size > notebookBytes {
		e := n.order.Back()
		v := e.Value.(*hotValue)
		n.order.Remove(e)
		delete(n.hot, v.key)
		n.size -= hotCost(v.key, v.value)
	}
}

// hotCost is what one remembered value costs, its list and map cells included.
func hotCost(key string, value []byte) int { return len(key) + len(value) + 160 }

// bloom tells whether key may have been put; with add it notes that it was. The
// caller holds the lock.
func (n *notebook) bloom(key string, add bool) bool {
	if n.seen == nil {
		return true
	}
	a, b := maphash.String(n.seed[0], key), maphash.String(n.seed[1], key)
	for range 4 {
		word, bit := a%bloomBits/64, uint64(1)<<(a%64)
		if n.seen[word]&bit == 0 {
			if !add {
				return false
			}
			n.seen[word] |= bit
		}
		a += b
	}
	return true
}

// notesOf are the marks of a Store, kept in the notebook under a prefix.
type notesOf struct{ *notebook }

const markPrefix = "s/"

// Note returns the value of a mark, or nil.
func (n notesOf) Note(ctx context.Context, key string) ([]byte, error) {
	return n.get(ctx, markPrefix+key)
}
