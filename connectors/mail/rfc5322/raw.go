package rfc5322

import (
	"errors"
	"fmt"
	"io"
)

// Limits bound what [Parse] makes of one message. A zero field means the default.
type Limits struct {
	// MaxText is how many bytes of text one message may hold, plain text and
	// HTML each; a larger text part stays where it is and becomes a file.
	// Default 4 MiB.
	MaxText int
	// MaxParts is how many parts are looked at; what follows the last is kept as
	// one more file. Default 10,000.
	MaxParts int
	// MaxDepth is how deep multiparts may nest; deeper ones are kept as files.
	// Default 100.
	MaxDepth int
	// MaxInner is how many bytes of one message may be decoded into memory for
	// Part.Inner. Default 32 MiB.
	MaxInner int
}

func (l Limits) orDefault() Limits {
	set := func(n *int, d int) {
		if *n <= 0 {
			*n = d
		}
	}
	set(&l.MaxText, 4<<20)
	set(&l.MaxParts, 10_000)
	set(&l.MaxDepth, 100)
	set(&l.MaxInner, 32<<20)
	return l
}

// Bytes makes a Raw of a message that lies in memory. Neither side may change b
// while it is in use.
func Bytes(b []byte) Raw { return memory{b} }

// Held returns the bytes of a Raw that Bytes made. They are not to be changed.
func Held(raw Raw) ([]byte, bool) {
	m, ok := raw.(memory)
	return m.b, ok
}

// memory is a Raw whose bytes the parser can look at without copying them.
type memory struct{ b []byte }

// Size is the number of bytes.
func (m memory) Size() int64 { return int64(len(m.b)) }

// ReadAt implements io.ReaderAt.
func (m memory) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(m.b)) {
		return 0, io.EOF
	}
	n := copy(p, m.b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// ReadAt returns n bytes of raw at off, fewer where it ends. The bytes of a
// Message in memory are not copied; the caller must not change the result.
func ReadAt(raw Raw, off int64, n int) ([]byte, error) {
	off = max(0, min(off, raw.Size()))
	n = int(max(0, min(int64(n), raw.Size()-off)))
	if m, ok := raw.(memory); ok {
		return m.b[off : off+int64(n) : off+int64(n)], nil
	}
	return ReadInto(raw, off, make([]byte, n))
}

// ReadInto fills b from raw at off.
func ReadInto(raw Raw, off int64, b []byte) ([]byte, error) {
	n, err := raw.ReadAt(b, off)
	if n == len(b) || errors.Is(err, io.EOF) {
		return b[:n], nil
	}
	return b[:n], fmt.Errorf("reading message at byte %d: %w", off, err)
}
