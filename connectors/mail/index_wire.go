package mail

import (
	"encoding/binary"
	"errors"
)

// wireOut packs values one after the other; what reads them knows their order.
type wireOut []byte

func (w *wireOut) num(n uint64) { *w = binary.AppendUvarint(*w, n) }
func (w *wireOut) int(n int64)  { *w = binary.AppendVarint(*w, n) }

func (w *wireOut) text(s string) {
	w.num(uint64(len(s)))
	*w = append(*w, s...)
}

func (w *wireOut) nums(ns []uint64) {
	w.num(uint64(len(ns)))
	for _, n := range ns {
		w.num(n)
	}
}

func (w *wireOut) texts(ss []string) {
	w.num(uint64(len(ss)))
	for _, s := range ss {
		w.text(s)
	}
}

var errWire = errors.New("a threading record is cut short")

// wireIn unpacks what wireOut packed; texts share its memory. After a mistake it
// gives zeros and err is set.
type wireIn struct {
	s   string
	err error
}

func newWireIn(b []byte) wireIn { return wireIn{s: string(b)} }

func (w *wireIn) num() uint64 {
	var n uint64
	for i := 0; i < len(w.s) && i < binary.MaxVarintLen64; i++ {
		c := w.s[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			w.s = w.s[i+1:]
			return n
		}
	}
	w.s, w.err = "", errWire
	return 0
}

// int reads what wireOut.int wrote: the sign is the lowest bit.
func (w *wireIn) int() int64 {
	n := w.num()
	return int64(n>>1) ^ -int64(n&1)
}

// bytes returns the next n bytes.
func (w *wireIn) bytes(n uint64) string {
	if n > uint64(len(w.s)) {
		w.s, w.err = "", errWire
		return ""
	}
	s := w.s[:n]
	w.s = w.s[n:]
	return s
}

func (w *wireIn) text() string { return w.bytes(w.num()) }

// count reads how many values follow, each of a byte or more.
func (w *wireIn) count() int {
	n := w.num()
	if n > uint64(len(w.s)) {
		w.s, w.err = "", errWire
		return 0
	}
	return int(n)
}

func (w *wireIn) nums() []uint64 {
	n := w.count()
	if n == 0 {
		return nil
	}
	ns := make([]uint64, n)
	for i := range ns {
		ns[i] = w.num()
	}
	return ns
}

func (w *wireIn) texts() []string {
	n := w.count()
	if n == 0 {
		return nil
	}
	ss := make([]string, n)
	for i := range ss {
		ss[i] = w.text()
	}
	return ss
}
