package pipeline

import (
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// keyed is a lock for each name in use. A walk holds a lock and may ask for more
// while it does, as a record brings the one it refers to; a walk is called by the
// first name it locked.
type keyed struct {
	mu    sync.Mutex
	held  map[string]*holder
	waits map[string]string // the name that a walk waits for
}

type holder struct {
	walk  string // that holds it
	queue []waiter
}

type waiter struct {
	walk string
	turn chan struct{}
}

// lock locks a name for a walk and returns what unlocks it. It returns false at
// once where waiting would be for ever: who holds the name waits for the walk.
func (k *keyed) lock(walk, name string) (unlock func(), ok bool) {
	turn, ok := k.queue(walk, name)
	if !ok {
		return nil, false
	}
	<-turn
	return func() { k.unlock(name) }, true
}

// inTurn takes a place in the queue for a name that begins a walk. Who calls wait
// gets the lock in the order of the calls of inTurn.
func (k *keyed) inTurn(name string) (wait func() (unlock func())) {
	turn, _ := k.queue(name, name)
	return func() func() {
		<-turn
		return func() { k.unlock(name) }
	}
}

// queue takes the lock if it is free, else a place in its queue. The lock is the
// walk's when turn is closed.
func (k *keyed) queue(walk, name string) (turn chan struct{}, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held == nil {
		k.held, k.waits = map[string]*holder{}, map[string]string{}
	}
	turn = make(chan struct{})
	h := k.held[name]
	if h == nil {
		k.held[name] = &holder{walk: walk}
		close(turn)
		return turn, true
	}
	if walk != name { // else it holds nothing yet that another could wait for
		if k.circle(walk, name) {
			return nil, false
		}
		k.waits[walk] = name
	}
	h.queue = append(h.queue, waiter{walk, turn})
	return turn, true
}

// circle tells whether the holder of name waits, over however many others, for
// something that the walk holds.
func (k *keyed) circle(walk, name string) bool {
	for waiting := true; waiting; {
		h := k.held[name]
		if h.walk == walk {
			return true
		}
		name, waiting = k.waits[h.walk]
	}
	return false
}

func (k *keyed) unlock(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.held[name]
	if len(h.queue) == 0 {
		delete(k.held, name)
		return
	}
	next := h.queue[0]
	h.walk, h.queue = next.walk, h.queue[1:]
	delete(k.waits, next.walk)
	close(next.turn)
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
