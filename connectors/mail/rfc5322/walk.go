package rfc5322

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// walker finds the entities of a message in one pass over its lines. Only the
// boundaries of multiparts that are open count, the innermost first; so a missing
// end or a wrong nesting costs no more than the part that it is in.
type walker struct {
	win   window
	lim   Limits
	open  []*entity // multiparts, outermost first
	leaf  *entity   // the body being passed over; nil between parts
	parts int
	mail  *Message // for problems
	guess *charset.Detective
}

// delimiter is a boundary line.
type delimiter struct {
	before int64 // where the body before it ends
	next   int64 // where the line after it begins
	level  int   // which of walker.open it belongs to
	last   bool
}

// walk returns the tree of the message.
func (w *walker) walk() (*entity, error) {
	size := w.win.raw.Size()
	h, body, err := readHeaderAt(w.win.raw, 0, size, true)
	if err != nil {
		return nil, err
	}
	root := newEntity(h, 0, body, "text/plain", w.guess)
	if err := w.enter(root); err != nil {
		return nil, err
	}
	for pos := body; len(w.open) > 0; {
		d, found, err := w.find(pos)
		if err != nil {
			return nil, err
		}
		if !found {
			break
		}
		if err := w.cut(d); err != nil {
			return nil, err
		}
		pos = d.next
		if d.last {
			continue
		}
		if w.parts++; w.parts >= w.lim.MaxParts {
			w.rest(d.next)
			break
		}
		if pos, err = w.part(d); err != nil {
			return nil, err
		}
	}
	return root, w.closeAll(size)
}

// part begins the part behind a delimiter and returns where its body begins.
func (w *walker) part(d delimiter) (int64, error) {
	h, body, err := readHeaderAt(w.win.raw, d.next, w.win.raw.Size(), false)
	if err != nil {
		return 0, err
	}
	parent := w.open[len(w.open)-1]
	fallback := "text/plain"
	if parent.kind == "multipart/digest" {
		fallback = "message/rfc822"
	}
	e := newEntity(h, d.next, body, fallback, w.guess)
	parent.children = append(parent.children, e)
	return body, w.enter(e)
}

// rest makes one file of all that follows when there are too many parts.
func (w *walker) rest(pos int64) {
	parent := w.open[len(w.open)-1]
	e := &entity{kind: "application/octet-stream", name: "remaining parts.txt", place: "attachment", start: pos, body: pos}
	parent.children = append(parent.children, e)
	w.leaf = e
	w.mail.problem("too many parts: those left are kept as one file")
}

// enter opens e: as a multipart if its parts can be found, else as a leaf.
func (w *walker) enter(e *entity) error {
	w.leaf = e
	if !e.isMultipart() {
		return nil
	}
	if len(w.open) >= w.lim.MaxDepth {
		w.mail.problem("parts nest too deeply: the innermost are kept as a file")
		return nil
	}
	e.boundary = strings.TrimRight(e.params.plain("boundary"), " \t")
	if e.boundary == "" {
		b, err := w.guessBoundary(e.body)
		if err != nil || b == "" {
			return err
		}
		e.boundary = b
		w.mail.problem("a multipart names no boundary")
	}
	w.open = append(w.open, e)
	w.leaf = nil
	return nil
}

// guessBoundary takes the first line that may be one.
func (w *walker) guessBoundary(pos int64) (string, error) {
	b, err := w.win.at(pos)
	b = b[:min(len(b), 16<<10)]
	for len(b) > 0 {
		var line []byte
		line, b, _ = bytes.Cut(b, []byte("\n"))
		line = bytes.TrimRight(line, "\r \t")
		if len(line) > 2 && len(line) < 100 && bytes.HasPrefix(line, []byte("--")) && bytes.IndexByte(line, ' ') < 0 {
			return string(line[2:]), err
		}
	}
	return "", err
}

// find looks for the next boundary line at or after pos, which is where a line
// begins.
func (w *walker) find(pos int64) (delimiter, bool, error) {
	atLine := true
	for {
		b, err := w.win.at(pos)
		if err != nil || len(b) == 0 {
			return delimiter{}, false, err
		}
		last := w.win.lastOf(b, pos)
		if !last && b[len(b)-1] == '-' {
			b = b[:len(b)-1] // the other dash may be in the next window
		}
		for i := 0; ; {
			j := nextDashes(b, i, atLine)
			if j < 0 {
				break
			}
			line := b[j+2:]
			n := bytes.IndexAny(line[:min(len(line), maxDelimiter)], "\r\n")
			if n < 0 && !last && len(line) < maxDelimiter-2 {
				b, atLine = b[:j], true // the line goes on in the next window
				break
			}
			if n < 0 {
				n = min(len(line), maxDelimiter)
			}
			if level, closes := w.match(line[:n]); level >= 0 {
				return w.delimiter(b, pos, j, j+2+n, level, closes)
			}
			i = j + 2
		}
		pos += int64(len(b))
		if last && w.win.raw.Size() <= pos {
			return delimiter{}, false, nil
		}
		if len(b) > 0 {
			atLine = b[len(b)-1] == '\n' || b[len(b)-1] == '\r'
		}
	}
}

// nextDashes finds two dashes at the beginning of a line at or after i.
func nextDashes(b []byte, i int, atLine bool) int {
	for i < len(b) {
		j := bytes.IndexByte(b[i:], '-')
		if j < 0 {
			return -1
		}
		j += i
		begins := j == 0 && atLine || j > 0 && (b[j-1] == '\n' || b[j-1] == '\r')
		if begins && (j+1 == len(b) || b[j+1] == '-') && j+1 < len(b) {
			return j
		}
		i = j + 1
	}
	return -1
}

// match tells which multipart a line (without its dashes) belongs to; -1 is none.
// One that has ended already counts only if no other does.
func (w *walker) match(line []byte) (level int, closes bool) {
	level = -1
	for i := len(w.open) - 1; i >= 0; i-- {
		b := w.open[i].boundary
		if len(line) < len(b) || string(line[:len(b)]) != b {
			continue
		}
		rest := bytes.TrimRight(line[len(b):], " \t")
		if !endsBoundary(rest) {
			continue
		}
		if !w.open[i].closed {
			return i, len(rest) != 0
		}
		if level < 0 {
			level, closes = i, len(rest) != 0
		}
	}
	return level, closes
}

// endsBoundary tells whether a boundary may go on with rest: with nothing, or with
// the two dashes of the last one and a few marks that are none of its business.
func endsBoundary(rest []byte) bool {
	marks, last := bytes.CutPrefix(rest, []byte("--"))
	if !last {
		return len(rest) == 0
	}
	return len(marks) < 4 && bytes.IndexFunc(marks, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' }) < 0
}

// delimiter describes the line b[from:to], b being what lies at pos.
func (w *walker) delimiter(b []byte, pos int64, from, to, level int, closes bool) (delimiter, bool, error) {
	d := delimiter{before: pos + int64(from), next: pos + int64(to), level: level, last: closes}
	if to < len(b) && b[to] == '\r' {
		d.next++
		to++
	}
	if to < len(b) && b[to] == '\n' {
		d.next++
	}
	// The line break before the line belongs to it (RFC 2046 section 5.1.1).
	var two []byte
	if from >= 2 {
		two = b[from-2 : from]
	} else {
		var err error
		if two, err = ReadAt(w.win.raw, max(0, d.before-2), int(min(2, d.before))); err != nil {
			return d, false, err
		}
	}
	switch {
	case bytes.HasSuffix(two, []byte("\r\n")):
		d.before -= 2
	case len(two) > 0 && (two[len(two)-1] == '\n' || two[len(two)-1] == '\r'):
		d.before--
	}
	return d, true, nil
}
