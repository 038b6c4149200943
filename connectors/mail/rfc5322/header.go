package rfc5322

import (
	"bytes"
	"strings"
	"sync"
)

// maxHeader is the largest header block that is read; what follows counts as body.
const maxHeader = 2 << 20

// headWindow is how much of a message is read at first to find its header.
const headWindow = 8 << 10

// ReadHeader reads the header block of a message and tells where its body
// begins. It reads little more than the header, so it is the call for indexing.
// Blank lines and a "From " line before the header are passed over. A message
// without a header has no fields. The only errors are those of reading raw.
func ReadHeader(raw Raw) (Header, int64, error) {
	h, body, err := readHeaderAt(raw, 0, raw.Size(), true)
	return h, body, err
}

// readHeaderAt reads the header block that begins at off and ends before end at
// the latest. top says that it is the outermost one, which may have lines before it.
func readHeaderAt(raw Raw, off, end int64, top bool) (Header, int64, error) {
	for window := int64(headWindow); ; window *= 4 {
		n := min(window, end-off, maxHeader)
		b, err := ReadAt(raw, off, int(n))
		if err != nil {
			return Header{}, off, err
		}
		whole := n == end-off || n == maxHeader || int64(len(b)) < n
		if h, used, ok := splitHeader(b, top, whole); ok {
			return h, off + int64(used), nil
		}
	}
}

// splitHeader cuts the header block off the front of b. It returns false if the
// block may go on behind b, which cannot be when whole is set.
func splitHeader(b []byte, top, whole bool) (Header, int, bool) {
	s, _ := headScanners.Get().(*headScanner)
	defer headScanners.Put(s)
	*s = headScanner{b: b, top: top, whole: whole, cr: crOnly(b), last: bytes.LastIndexByte(b, '\n'), out: s.out[:0], marks: s.marks[:0]}
	defer func() { s.b = nil }()
	if top {
		s.skipLead()
	}
	for s.scan() {
	}
	if s.short {
		return Header{}, 0, false
	}
	return s.header(), s.pos, true
}

// crOnly tells whether lines end in a lone CR: the first line break says it.
func crOnly(b []byte) bool {
	cr := bytes.IndexByte(b, '\r')
	if cr < 0 || cr+1 >= len(b) || b[cr+1] == '\n' || b[cr+1] == '\r' && cr+2 < len(b) && b[cr+2] == '\n' {
		return false
	}
	lf := bytes.IndexByte(b, '\n')
	return lf < 0 || cr < lf
}

// headScanners lends scanners for the sake of their buffers.
var headScanners = sync.Pool{New: func() any { return new(headScanner) }}

// headScanner walks over the lines of a header block.
type headScanner struct {
	b     []byte
	pos   int
	top   bool // of the message and not of a part
	whole bool // b ends where the message ends
	cr    bool // a lone CR ends a line
	last  int  // where the last LF of b is
	short bool // ran into the end of b and cannot tell
	out   []byte
	marks []mark
}

// mark is where one field lies in headScanner.out.
type mark struct{ name, colon, value, end int }

// line returns the line at p without its end, and where the next one begins.
func (s *headScanner) line(p int) (line []byte, next int) {
	i := s.lineEnd(p)
	if i < 0 {
		return bytes.TrimRight(s.b[p:], "\r"), len(s.b)
	}
	line = s.b[p : p+i]
	for len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line, p + i + 1
}

// lineEnd returns how far from p the last byte of the line's end is, or -1.
func (s *headScanner) lineEnd(p int) int {
	rest := s.b[p:]
	if !s.cr {
		return bytes.IndexByte(rest, '\n')
	}
	for i, c := range rest {
		if c == '\n' || c == '\r' && (i+1 == len(rest) || rest[i+1] != '\n') {
			return i
		}
	}
	return -1
}

// skipLead passes over what may stand before the first field: blank lines, a
// byte order mark and the line with which an mbox begins a message.
func (s *headScanner) skipLead() {
	if bytes.HasPrefix(s.b, []byte("\xef\xbb\xbf")) {
		s.pos = 3
	}
	for s.pos < len(s.b) {
		line, next := s.line(s.pos)
		if len(line) > 0 && !isFromLine(line) {
			return
		}
		s.pos = next
	}
}

func isFromLine(line []byte) bool {
	line = bytes.TrimLeft(line, ">")
	return bytes.HasPrefix(line, []byte("From "))
}

// scan takes one line; it returns false where the header ends.
func (s *headScanner) scan() bool {
	if s.pos >= len(s.b) {
		s.short = !s.whole
		return false
	}
	line, next := s.line(s.pos)
	if !s.whole && !s.ends(next) {
		s.short = true
		return false
	}
	colon := fieldColon(line)
	switch {
	case len(line) == 0:
		s.pos = next
		return false
	case line[0] == ' ' || line[0] == '\t':
		return s.fold(line, next)
	case colon > 0:
		s.field(line, colon)
	case bytes.HasPrefix(line, []byte("--")) || !isFromLine(line) && !s.goesOn(next):
		return false // the blank line is missing: this is the body
	case !s.top && len(s.marks) == 0:
		return false // a part without a header
	case !isFromLine(line) && len(s.marks) > 0:
		s.more([]byte{' '}) // a long value that was broken without an indent
		s.more(line)
	}
	s.pos = next
	return true
}

// fold takes a line that begins with white space. One of nothing else ends the
// header unless fields follow.
func (s *headScanner) fold(line []byte, next int) bool {
	blank := len(bytes.TrimLeft(line, " \t")) == 0
	if blank && !s.goesOn(next) {
		s.pos = next
		return false
	}
	if len(s.marks) == 0 && !blank {
		if colon := fieldColon(bytes.TrimLeft(line, " \t")); colon > 0 {
			s.field(bytes.TrimLeft(line, " \t"), colon)
		} else if !s.goesOn(next) {
			return false
		}
	} else if !blank {
		s.more(line)
	}
	s.pos = next
	return true
}

// ends tells whether the line at p ends within b.
func (s *headScanner) ends(p int) bool {
	if !s.cr {
		return p <= s.last
	}
	line, _ := s.line(p)
	return p+len(line) < len(s.b)
}

// goesOn tells whether the line at p looks like part of a header.
func (s *headScanner) goesOn(p int) bool {
	line, _ := s.line(p)
	if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		return len(bytes.TrimLeft(line, " \t")) > 0
	}
	return fieldColon(line) > 0
}

func (s *headScanner) field(line []byte, colon int) {
	at := len(s.out)
	name := bytes.TrimRight(line[:colon], " \t")
	value := bytes.Trim(line[colon+1:], " \t")
	s.out = append(append(s.out, name...), value...)
	s.marks = append(s.marks, mark{at, at + len(name), at + len(name), len(s.out)})
}

func (s *headScanner) more(line []byte) {
	m := &s.marks[len(s.marks)-1]
	if m.end == m.value {
		line = bytes.TrimLeft(line, " \t")
	}
	s.out = append(s.out, line...)
	m.end = len(s.out)
}

// header makes the fields; all of them share one string.
func (s *headScanner) header() Header {
	if len(s.marks) == 0 {
		return Header{}
	}
	all := string(s.out)
	fields := make([]HeaderField, len(s.marks))
	for i, m := range s.marks {
		fields[i] = HeaderField{Name: all[m.name:m.colon], Value: all[m.value:m.end]}
	}
	return Header{Fields: fields}
}

// fieldColon returns where the colon of a field stands, or -1 if line is no
// field: names are printable ASCII without spaces (RFC 5322 section 2.2), but
// white space before the colon is met.
func fieldColon(line []byte) int {
	for i, c := range line {
		switch {
		case c == ':':
			return i
		case c > ' ' && c < 127:
		case c == ' ' || c == '\t':
			rest := bytes.TrimLeft(line[i:], " \t")
			if i > 0 && len(rest) > 0 && rest[0] == ':' {
				return len(line) - len(rest)
			}
			return -1
		default:
			return -1
		}
	}
	return -1
}

// Get returns the first field of the name, unfolded and not decoded: any bytes.
// The case of names does not matter. It is "" if there is none.
func (h Header) Get(name string) string {
	for i := range h.Fields {
		if equalName(h.Fields[i].Name, name) {
			return h.Fields[i].Value
		}
	}
	return ""
}

// Lower is Get in lower case, without white space around it.
func (h Header) Lower(name string) string { return strings.ToLower(strings.TrimSpace(h.Get(name))) }

// All returns every field of the name as Get does, in the order of the header.
func (h Header) All(name string) []string {
	var all []string
	for i := range h.Fields {
		if equalName(h.Fields[i].Name, name) {
			all = append(all, h.Fields[i].Value)
		}
	}
	return all
}

func equalName(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }
