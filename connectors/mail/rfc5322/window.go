package rfc5322

import "sync"

// windowSize is how much of a large message is in memory at a time.
const windowSize = 256 << 10

// wholeSize is the size up to which a message is read at once.
const wholeSize = 1 << 20

// maxDelimiter is the longest line that may be a boundary (RFC 2046 allows 70
// characters; the field allows itself more).
const maxDelimiter = 1 << 10

// buffers lends what messages and windows are read into.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, windowSize); return &b }}

// lend reads a message of ordinary size into a borrowed buffer. done gives the
// buffer back; nothing of the Raw may be used then.
func lend(raw Raw) (whole Raw, done func(), err error) {
	if _, ok := raw.(memory); ok || raw.Size() > wholeSize {
		return raw, func() {}, nil
	}
	p, _ := buffers.Get().(*[]byte)
	if n := int(raw.Size()); cap(*p) < n {
		*p = make([]byte, 0, n)
	}
	done = func() { buffers.Put(p) }
	b, err := ReadInto(raw, 0, (*p)[:raw.Size()])
	if err != nil {
		done()
		return nil, nil, err
	}
	return memory{b}, done, nil
}

// window is a view of a message that slides along it.
type window struct {
	raw Raw
	off int64 // where b begins
	b   []byte
	own *[]byte
}

// at returns bytes from pos on: all that are left, or at least maxDelimiter.
// The result is valid until the next call.
func (w *window) at(pos int64) ([]byte, error) {
	if m, ok := w.raw.(memory); ok {
		return m.b[min(pos, int64(len(m.b))):], nil
	}
	end := w.off + int64(len(w.b))
	if w.own != nil && pos >= w.off && (end == w.raw.Size() || end-pos >= maxDelimiter) {
		return w.b[min(pos, end)-w.off:], nil
	}
	if w.own == nil {
		w.own, _ = buffers.Get().(*[]byte)
	}
	n := max(0, min(windowSize, w.raw.Size()-pos))
	b, err := ReadInto(w.raw, pos, (*w.own)[:n])
	w.off, w.b = pos, b
	return b, err
}

func (w *window) close() {
	if w.own != nil {
		buffers.Put(w.own)
		w.own = nil
	}
}

// lastOf tells whether b, which at returned for pos, reaches the message's end.
func (w *window) lastOf(b []byte, pos int64) bool { return pos+int64(len(b)) >= w.raw.Size() }
