package pipeline

import (
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// keyed is a lock for each name in use.
type keyed struct {
	mu sync.Mutex
	m  map[string]*holder
}

type holder struct {
	sync.Mutex
	waiting int
}

// lock locks a name and returns what unlocks it.
func (k *keyed) lock(name string) (unlock func()) {
	k.mu.Lock()
	if k.m == nil {
		k.m = map[string]*holder{}
	}
	h := k.m[name]
	if h == nil {
		h = new(holder)
		k.m[name] = h
	}
	h.waiting++
	k.mu.Unlock()
	h.Lock()
	return func() {
		h.Unlock()
		k.mu.Lock()
		if h.waiting--; h.waiting == 0 {
			delete(k.m, name)
		}
		k.mu.Unlock()
	}
}

// maxKnown bounds what is remembered of target ids; the ledger has the rest.
const maxKnown = 1 << 15

// known remembers target ids, so that the ledger is not asked for the same agent
// with every message.
type known struct {
	mu sync.Mutex
	m  map[desk.Ref]desk.ID // a zero Target in the key
}

func (k *known) get(ref desk.Ref) (desk.ID, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id, ok := k.m[desk.Ref{Kind: ref.Kind, ID: ref.ID}]
	return id, ok
}

func (k *known) set(kind desk.Kind, id, target desk.ID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.m == nil || len(k.m) >= maxKnown {
		k.m = map[desk.Ref]desk.ID{}
	}
	k.m[desk.Ref{Kind: kind, ID: id}] = target
}
