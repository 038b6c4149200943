package words

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A block holds entries in the order of their terms. The postings of a frequent
// term fill entries of several blocks. Of each entry, in docs:
//
//	length of what the term shares with the one before, length of the rest, the rest,
//	length of its postings' docs, length of their places, the docs
//
// In places the places of all entries follow each other. Both parts begin with
// four bytes of checksum.

// A block ends when either part has grown to its size.
const (
	docsSize   = 16 << 10
	placesSize = 48 << 10
)

const sumSize = 4

func sum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// block is one being written.
type block struct {
	first, last  []byte // terms
	docs, places []byte
}

func newBlock() *block {
	b := new(block)
	b.clear()
	return b
}

func (b *block) clear() {
	b.first, b.last = b.first[:0], b.last[:0]
	b.docs, b.places = append(b.docs[:0], 0, 0, 0, 0), append(b.places[:0], 0, 0, 0, 0)
}

func (b *block) empty() bool { return len(b.docs) == sumSize }

// full tells whether the block is, with r added.
func (b *block) full(r *run) bool {
	return len(b.docs)+len(r.docs) >= docsSize || len(b.places)+len(r.places) >= placesSize
}

func (b *block) add(term []byte, r *run) {
	if b.empty() {
		b.first = append(b.first, term...)
	}
	shared := sharedPrefix(b.last, term)
	b.last = append(b.last[:shared], term[shared:]...)
	b.docs = binary.AppendUvarint(b.docs, uint64(shared))
	b.docs = binary.AppendUvarint(b.docs, uint64(len(term)-shared))
	b.docs = append(b.docs, term[shared:]...)
	b.docs = binary.AppendUvarint(b.docs, uint64(len(r.docs)))
	b.docs = binary.AppendUvarint(b.docs, uint64(len(r.places)))
	b.docs, b.places = append(b.docs, r.docs...), append(b.places, r.places...)
}

func (b *block) seal() {
	binary.BigEndian.PutUint32(b.docs, sum(b.docs[sumSize:]))
	binary.BigEndian.PutUint32(b.places, sum(b.places[sumSize:]))
}

func sharedPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// unsealed checks a part of a block and cuts its checksum off.
func unsealed(part []byte) ([]byte, error) {
	if len(part) < sumSize || binary.BigEndian.Uint32(part) != sum(part[sumSize:]) {
		return nil, damaged("a checksum does not agree")
	}
	return part[sumSize:], nil
}

// entries are read one by one.
type entries struct {
	docs, places []byte // those still to come
	bare         bool   // the places were not read
	term         []byte
	postings     postings
}

// next moves to the next entry. It says no at the end of the block.
func (e *entries) next() (bool, error) {
	if len(e.docs) == 0 {
		if len(e.places) > 0 {
			return false, damaged("%d bytes of places belong to no term", len(e.places))
		}
		return false, nil
	}
	shared, ok := number(&e.docs)
	rest, ok2 := number(&e.docs)
	if !ok || !ok2 || shared > uint64(len(e.term)) || rest > uint64(len(e.docs)) {
		return false, damaged("a term is longer than its block")
	}
	tail := e.docs[:rest]
	e.docs = e.docs[rest:]
	if int(shared) < len(e.term) && bytes.Compare(tail, e.term[shared:]) < 0 {
		return false, damaged("terms are not in order")
	}
	e.term = append(e.term[:shared], tail...)
	docs, ok := number(&e.docs)
	where, ok2 := number(&e.docs)
	if !ok || !ok2 || docs == 0 || docs > uint64(len(e.docs)) || !e.bare && where > uint64(len(e.places)) {
		return false, damaged("the documents of a term are longer than its block")
	}
	e.postings = postings{docs: e.docs[:docs], bare: e.bare}
	e.docs = e.docs[docs:]
	if !e.bare {
		e.postings.places, e.places = e.places[:where], e.places[where:]
	}
	return true, nil
}
