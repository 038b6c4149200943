package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"time"
)

// A printer turns values into bytes in one way only: each is tagged with its
// sort and preceded by its length. It hashes them as they come, so that a long
// text is never held twice.
type printer struct {
	hash hash.Hash
	buf  []byte // not hashed yet
	said bool   // some bytes came since the last sum
	out  [sha256.Size]byte
}

func newPrinter() *printer { return &printer{hash: sha256.New(), buf: make([]byte, 0, 1024)} }

// sum returns the fingerprint of what came since the last one, and whether
// anything came.
func (w *printer) sum() (sum [sha256.Size]byte, said bool) {
	if !w.said {
		return sum, false
	}
	w.flush()
	w.hash.Sum(w.out[:0])
	w.hash.Reset()
	w.said = false
	return w.out, true
}

func (w *printer) flush() {
	w.hash.Write(w.buf) // a hash never fails
	w.buf = w.buf[:0]
}

func (w *printer) tag(b byte) {
	if len(w.buf) == cap(w.buf) {
		w.flush()
	}
	w.buf, w.said = append(w.buf, b), true
}

// text writes the length and the bytes of s.
func (w *printer) text(s string) {
	if cap(w.buf)-len(w.buf) < binary.MaxVarintLen64 {
		w.flush()
	}
	w.buf = binary.AppendUvarint(w.buf, uint64(len(s)))
	for {
		n := min(len(s), cap(w.buf)-len(w.buf))
		w.buf = append(w.buf, s[:n]...)
		if s = s[n:]; s == "" {
			return
		}
		w.flush()
	}
}

// value writes nothing for a value that says nothing at the top of a field.
func (w *printer) value(v any) {
	switch v := v.(type) {
	case nil:
	case string:
		w.word('s', v)
	case bool:
		if v {
			w.tag('b')
		}
	case time.Time:
		if !v.IsZero() {
			w.word('t', v.UTC().Format(time.RFC3339Nano))
		}
	case Ref:
		w.ref(v)
	case []Ref:
		for _, r := range v {
			w.ref(r)
		}
	case []string:
		for _, s := range v {
			w.tag('e')
			w.word('s', s)
		}
	case Address:
		w.list('a', v.Name, v.Email)
	case []Address:
		for _, a := range v {
			w.list('A', a.Name, a.Email)
		}
	case *Rating:
		if v != nil {
			w.list('r', v.Score, v.Comment)
			w.value(v.At)
		}
	case []Change:
		for _, c := range v {
			w.list('h', string(c.From), string(c.To))
			w.value(c.At)
			w.ref(c.By)
		}
	default:
		w.json(v)
	}
}

func (w *printer) ref(r Ref) {
	if id := r.Target; id != "" {
		w.list('R', string(r.Kind), string(id))
	} else if r.ID != "" {
		w.list('S', string(r.Kind), string(r.ID))
	}
}

func (w *printer) word(tag byte, s string) {
	if s != "" {
		w.list(tag, s)
	}
}

func (w *printer) list(tag byte, parts ...string) {
	w.tag(tag)
	for _, s := range parts {
		w.text(s)
	}
}

// json covers custom fields; encoding/json sorts the keys of maps.
func (w *printer) json(v any) {
	if m, ok := v.(map[string]any); ok && len(m) == 0 {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		b = fmt.Appendf(nil, "%#v", v) // what JSON cannot hold is still compared
	}
	if !bytes.Equal(b, []byte("null")) {
		w.word('j', string(b))
	}
}
