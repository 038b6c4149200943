package jsonl

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
)

// place is a cursor: how far a file was read, and what it looked like then.
type place struct {
	Offset int64  `json:"o"`
	Line   int64  `json:"n"`
	Head   string `json:"h"` // hash of the first bytes before Offset
	Tail   string `json:"t"` // hash of the last bytes before Offset
	// Pass names one reading of the file from its beginning.
	Pass string `json:"p"`
	// Was tells how far earlier passes came before the file was rewritten.
	Was []bound `json:"w,omitempty"`
}

// bound says that of a pass all up to Offset has been taken.
type bound struct {
	Pass   string `json:"p"`
	Offset int64  `json:"o"`
}

const (
	sampled   = 4096 // bytes hashed at either end
	maxBounds = 8    // rewritings remembered; what was read before them is read again
)

// resume finds where to go on. A cursor that does not fit the file begins a new
// pass, which remembers how far the earlier ones came.
func resume(f *os.File, after connectors.Cursor) (place, error) {
	p := place{}
	dec := json.NewDecoder(bytes.NewReader([]byte(after)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil || p.Pass == "" || p.Offset < 0 || p.Line < 0 {
		return place{Pass: rand.Text()}, nil
	}
	info, err := f.Stat()
	if err != nil {
		return p, err
	}
	if p.Offset <= info.Size() {
		head, tail, err := looks(f, p.Offset)
		if err != nil || head == p.Head && tail == p.Tail {
			return p, err
		}
	}
	was := append([]bound{{p.Pass, p.Offset}}, p.Was...)
	return place{Pass: rand.Text(), Was: was[:min(len(was), maxBounds)]}, nil
}

// cursor is the place just after a line, or before it if it is still being written.
func (p place) cursor(f io.ReaderAt, ln line, stay bool) (connectors.Cursor, error) {
	p.Offset, p.Line = ln.end, ln.n
	if stay {
		p.Offset, p.Line = ln.start, ln.n-1
	}
	var err error
	if p.Head, p.Tail, err = looks(f, p.Offset); err != nil {
		return "", err
	}
	b, err := json.Marshal(p)
	return connectors.Cursor(b), err
}

// took tells whether an earlier pass took what it saw at the offset.
func (p place) took(pass string, offset int64) bool {
	for _, b := range p.Was {
		if b.Pass == pass && offset <= b.Offset {
			return true
		}
	}
	return false
}

// looks hashes both ends of the first n bytes.
func looks(f io.ReaderAt, n int64) (head, tail string, err error) {
	if head, err = hashAt(f, 0, min(n, sampled)); err != nil {
		return "", "", err
	}
	tail, err = hashAt(f, max(0, n-sampled), min(n, sampled))
	return head, tail, err
}

func hashAt(f io.ReaderAt, offset, n int64) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, offset, n)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
