package sheets

import "hash/maphash"

// recent remembers what was said of the last keys, in a fixed number of slots: a
// key takes the place of another one with the same hash. So it never grows, and
// keys that come again and again stay.
type recent[V any] struct {
	seed  maphash.Seed
	slots []slot[V] // a power of two; nil until the first put
	size  int
}

type slot[V any] struct {
	key   string // "" is free
	value V
}

func newRecent[V any](size int) *recent[V] {
	return &recent[V]{seed: maphash.MakeSeed(), size: size}
}

func (r *recent[V]) slot(key string) *slot[V] {
	return &r.slots[maphash.String(r.seed, key)&uint64(len(r.slots)-1)]
}

func (r *recent[V]) get(key string) (V, bool) {
	if r.slots != nil && key != "" {
		if s := r.slot(key); s.key == key {
			return s.value, true
		}
	}
	var none V
	return none, false
}

func (r *recent[V]) put(key string, value V) {
	if r.slots == nil {
		r.slots = make([]slot[V], r.size)
	}
	*r.slot(key) = slot[V]{key, value}
}

func (r *recent[V]) drop(key string) {
	if r.slots == nil {
		return
	}
	if s := r.slot(key); s.key == key {
		*s = slot[V]{}
	}
}
