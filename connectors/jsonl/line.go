package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/desk"
)

// maxLine is the longest line that is read or written, in bytes: what a record
// may take in memory.
const maxLine = 32 << 20

// headSize is how much is kept of a longer line, to tell what it would have been.
const headSize = 4 << 10

// line is one line of a file.
type line struct {
	n          int64  // its number, from 1
	start, end int64  // bytes, its line end included
	text       []byte // without line end; valid until the next line is read
	long       bool   // longer than maxLine; text is its beginning
	torn       bool   // the file ends within it
}

// lines reads a file line by line, in bounded memory.
type lines struct {
	r     *bufio.Reader
	n, at int64
	buf   []byte
}

func newLines(r io.Reader, n, at int64) *lines {
	return &lines{r: bufio.NewReaderSize(r, 64<<10), n: n, at: at}
}

// next returns io.EOF after the last line.
func (l *lines) next() (line, error) {
	ln := line{n: l.n + 1, start: l.at}
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.at += int64(len(part))
		if !ln.long && len(l.buf)+len(part) > maxLine+1 {
			ln.long = true
			l.buf = l.buf[:headSize]
		}
		if !ln.long {
			l.buf = append(l.buf, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return ln, err
		}
		if ln.torn = err != nil; ln.torn && l.at == ln.start {
			return ln, io.EOF
		}
		break
	}
	l.n, ln.end = ln.n, l.at
	ln.text = bytes.TrimRight(l.buf, "\r\n")
	if ln.start == 0 {
		ln.text = bytes.TrimPrefix(ln.text, []byte("\xef\xbb\xbf"))
	}
	return ln, nil
}

// kindOf tells what a line is about without reading all of it; a line that does
// not say counts among the tickets, so that somebody sees it.
func kindOf(text []byte) desk.Kind {
	if rest, ok := bytes.CutPrefix(text, []byte(`{"kind":"`)); ok {
		for _, k := range desk.Kinds {
			if bytes.HasPrefix(rest, append([]byte(k), '"')) {
				return k
			}
		}
	}
	if k := desk.Kind(topLevel(text, "kind")); k.IsRecord() {
		return k
	}
	return desk.KindTicket
}

// topLevel is the text that a JSON object holds under name, as far as it can be
// read; "" if there is none.
func topLevel(text []byte, name string) string {
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return ""
		}
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return ""
		}
		var s string
		if key == name && json.Unmarshal(v, &s) == nil {
			return s
		}
	}
	return ""
}

// decode reads one line as a record that stands for itself.
func decode(text []byte) (desk.Record, error) {
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("byte %d is not UTF-8", invalidAt(text)+1)
	}
	r, err := desk.Unmarshal(text)
	if err != nil {
		return nil, err
	}
	if kindOf(text) != r.Kind() { // encoding/json takes "Kind" too, and the last of several
		return nil, errors.New(`the name "kind" must stand once, in lower case`)
	}
	if r.About().ID == "" {
		return nil, errors.New("it has no id")
	}
	for _, ref := range desk.Refs(r) {
		if !ref.IsZero() && !ref.Kind.IsRecord() {
			return nil, fmt.Errorf("a reference to %q has the kind %q, want one of %v", ref.ID, ref.Kind, desk.Kinds)
		}
	}
	if t, ok := r.(*desk.Ticket); ok {
		tidy(t)
	}
	return r, nil
}

// commonWords refuses a status or priority that no other system would know: a script
// has misspelt it, or has not translated its own system's.
func commonWords(r desk.Record) error {
	t, ok := r.(*desk.Ticket)
	switch {
	case !ok:
	case t.Status != "" && !slices.Contains(desk.Statuses, t.Status):
		return fmt.Errorf("status %q: want one of %v, or none", t.Status, desk.Statuses)
	case t.Priority != "" && !slices.Contains(desk.Priorities, t.Priority):
		return fmt.Errorf("priority %q: want one of %v, or none", t.Priority, desk.Priorities)
	}
	return nil
}

func invalidAt(text []byte) int {
	at := 0
	for at < len(text) {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return at
}

// tidy puts messages in order and gives those an id that have none of their own.
func tidy(t *desk.Ticket) {
	if !slices.ContainsFunc(t.Messages, func(m desk.Message) bool { return m.At.IsZero() }) {
		slices.SortStableFunc(t.Messages, func(a, b desk.Message) int { return a.At.Compare(b.At) })
	}
	seen := map[desk.ID]bool{}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.ID == "" {
			m.ID = desk.ID(m.MessageID)
		}
		for n := i + 1; m.ID == "" || seen[m.ID]; n++ {
			m.ID = desk.ID(fmt.Sprintf("%s#%d", m.ID, n))
		}
		seen[m.ID] = true
	}
}
