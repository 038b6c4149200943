package words

import "math/bits"

// Set is a set of records: one bit each, in pieces that exist where it has members.
type Set struct {
	pieces map[int64]*piece
	number int64 // of the piece used last, which is near
	near   *piece
}

const pieceBits = 15

type piece [1 << pieceBits / 64]uint64

// NewSet makes an empty set.
func NewSet() *Set { return &Set{pieces: map[int64]*piece{}, number: -1} }

func (s *Set) piece(n int64) *piece {
	if n>>pieceBits != s.number {
		s.number, s.near = n>>pieceBits, s.pieces[n>>pieceBits]
	}
	return s.near
}

// Add puts a record in. It is not for several goroutines, nor are the others.
func (s *Set) Add(n int64) {
	p := s.piece(n)
	if p == nil {
		p = new(piece)
		s.pieces[s.number], s.near = p, p
	}
	p[n>>6%int64(len(p))] |= 1 << (n & 63)
}

// Has tells whether a record is in. A nil set is empty.
func (s *Set) Has(n int64) bool {
	if s == nil {
		return false
	}
	p := s.piece(n)
	return p != nil && p[n>>6%int64(len(p))]&(1<<(n&63)) != 0
}

// Empty tells whether none is in.
func (s *Set) Empty() bool {
	for range s.All {
		return false
	}
	return true
}

// Count tells how many records are in.
func (s *Set) Count() (n int64) {
	for _, p := range s.pieces {
		for _, w := range p {
			n += int64(bits.OnesCount64(w))
		}
	}
	return n
}

// Keep drops what is not in o.
func (s *Set) Keep(o *Set) {
	s.number = -1
	for i, p := range s.pieces {
		q := o.pieces[i]
		if q == nil {
			delete(s.pieces, i)
			continue
		}
		for k := range p {
			p[k] &= q[k]
		}
	}
}

// Drop takes out what is in o.
func (s *Set) Drop(o *Set) {
	for i, q := range o.pieces {
		if p := s.pieces[i]; p != nil {
			for k := range p {
				p[k] &^= q[k]
			}
		}
	}
}

// Join takes in what is in o. A nil o has nothing.
func (s *Set) Join(o *Set) {
	if o == nil {
		return
	}
	s.number = -1
	for i, q := range o.pieces {
		p := s.pieces[i]
		if p == nil {
			p = new(piece)
			s.pieces[i] = p
		}
		for k := range p {
			p[k] |= q[k]
		}
	}
}

// All yields the records, in no order.
func (s *Set) All(yield func(int64) bool) {
	for i, p := range s.pieces {
		for k, w := range p {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<pieceBits | int64(k)<<6 | int64(bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}
