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

// wireIn unpacks what wireOut packed. After a mistake it gives zeros and err is set.
type wireIn struct {
	b   []byte
	err error
}

func (w *wireIn) num() uint64 {
	n, k := binary.Uvarint(w.b)
	if k <= 0 {
		w.b, w.err = nil, errWire
		return 0
	}
	w.b = w.b[k:]
	return n
}

func (w *wireIn) int() int64 {
	n, k := binary.Varint(w.b)
	if k <= 0 {
		w.b, w.err = nil, errWire
		return 0
	}
	w.b = w.b[k:]
	return n
}

// bytes returns the next n bytes, which stay part of the record.
func (w *wireIn) bytes(n uint64) []byte {
	if n > uint64(len(w.b)) {
		w.b, w.err = nil, errWire
		return nil
	}
	b := w.b[:n]
	w.b = w.b[n:]
	return b
}

func (w *wireIn) text() string { return string(w.bytes(w.num())) }

func (w *wireIn) nums() []uint64 {
	var ns []uint64
	for n := w.num(); n > 0 && w.err == nil; n-- {
		ns = append(ns, w.num())
	}
	return ns
}

func (w *wireIn) texts() []string {
	var ss []string
	for n := w.num(); n > 0 && w.err == nil; n-- {
		ss = append(ss, w.text())
	}
	return ss
}
