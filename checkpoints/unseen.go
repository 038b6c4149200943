package checkpoints

import (
	"hash/maphash"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// unseen knows of most records that the ledger has no line for them, without
// asking the file: on a first run that is true of nearly every record. It is kept
// only for a pair that had no line at all when it was opened. It is a Bloom
// filter: with ten million records it sends every tenth look-up to the file.
type unseen struct {
	mu    sync.RWMutex
	pages [unseenBits / pageBits]*[pageBits / 64]uint64 // nil: no bit of it is set
	seed  [2]maphash.Seed
}

const (
	unseenBits = 1 << 25 // 4 MiB when all pages are there: a small run makes few
	pageBits   = 1 << 14
)

func newUnseen() *unseen {
	return &unseen{seed: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// has tells whether there can be no line for the record or its messages. A nil
// filter knows nothing.
func (u *unseen) has(kind desk.Kind, id desk.ID) bool {
	if u == nil {
		return false
	}
	u.mu.RLock()
	defer u.mu.RUnlock()
	for bit := range u.places(kind, id) {
		page := u.pages[bit/pageBits]
		if page == nil || page[bit%pageBits/64]&(1<<(bit%64)) == 0 {
			return true
		}
	}
	return false
}

// see notes that there is a line now.
func (u *unseen) see(kind desk.Kind, id desk.ID) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for bit := range u.places(kind, id) {
		page := &u.pages[bit/pageBits]
		if *page == nil {
			*page = new([pageBits / 64]uint64)
		}
		(*page)[bit%pageBits/64] |= 1 << (bit % 64)
	}
}

func (u *unseen) places(kind desk.Kind, id desk.ID) func(func(uint64) bool) {
	return func(yield func(uint64) bool) {
		a := maphash.String(u.seed[0], string(id)) + uint64(kindNumber[kind])*0x9E3779B97F4A7C15
		b := maphash.String(u.seed[1], string(id)) | 1
		for i := range uint64(4) {
			if !yield((a + i*b) >> 7 % unseenBits) {
				return
			}
		}
	}
}
