package words

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// vocabulary numbers the terms of a segment in the order of their coming.
type vocabulary struct {
	seed  maphash.Seed
	bytes []byte // of all terms
	terms []entered
	slots []slot // by hash; their number is a power of two
}

// slot leads from a hash to a term. It holds the hash itself, so that looking a
// term up rarely touches another one.
type slot struct {
	hash uint32
	next uint32 // number of the term plus one, 0 for none
}

// entered is a term of a vocabulary.
type entered struct {
	start uint32 // in bytes, to the start of the next one
	count uint32 // how often it was said
}

func newVocabulary() *vocabulary {
	return &vocabulary{seed: maphash.MakeSeed(), slots: make([]slot, 1<<12)}
}

// memory is about how many bytes it holds, and its sorting will.
func (v *vocabulary) memory() int { return len(v.bytes) + 32*len(v.terms) + 8*len(v.slots) }

func (v *vocabulary) clear() {
	v.bytes, v.terms = v.bytes[:0], v.terms[:0]
	clear(v.slots)
}

// number returns the term's, and counts it.
func (v *vocabulary) number(term []byte) uint32 {
	hash := uint32(maphash.Bytes(v.seed, term))
	mask := uint32(len(v.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		at := v.slots[i]
		if at.next == 0 {
			v.slots[i] = slot{hash, uint32(len(v.terms)) + 1}
			return v.enter(term)
		}
		if at.hash == hash && bytes.Equal(v.term(at.next-1), term) {
			v.terms[at.next-1].count++
			return at.next - 1
		}
	}
}

func (v *vocabulary) term(n uint32) []byte {
	end := uint32(len(v.bytes))
	if int(n)+1 < len(v.terms) {
		end = v.terms[n+1].start
	}
	return v.bytes[v.terms[n].start:end]
}

func (v *vocabulary) enter(term []byte) uint32 {
	n := uint32(len(v.terms))
	v.terms = append(v.terms, entered{uint32(len(v.bytes)), 1})
	v.bytes = append(v.bytes, term...)
	if len(v.terms) > len(v.slots)/2 {
		v.grow()
	}
	return n
}

func (v *vocabulary) grow() {
	was := v.slots
	v.slots = make([]slot, 2*len(was))
	mask := uint32(len(v.slots) - 1)
	for _, at := range was {
		if at.next == 0 {
			continue
		}
		i := at.hash & mask
		for v.slots[i].next != 0 {
			i = (i + 1) & mask
		}
		v.slots[i] = at
	}
}

// sorted lists the numbers of the terms in the order of their bytes.
func (v *vocabulary) sorted() []uint32 {
	type ranked struct {
		head uint64 // the first bytes, which nearly always decide
		n    uint32
	}
	list := make([]ranked, len(v.terms))
	for n := range list {
		var head [8]byte
		copy(head[:], v.term(uint32(n)))
		list[n] = ranked{binary.BigEndian.Uint64(head[:]), uint32(n)}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		if a.head != b.head {
			if a.head < b.head {
				return -1
			}
			return 1
		}
		return bytes.Compare(v.term(a.n), v.term(b.n))
	})
	order := make([]uint32, len(list))
	for i, r := range list {
		order[i] = r.n
	}
	return order
}
