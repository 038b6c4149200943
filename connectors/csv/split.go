package csv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// encoding/csv reads legal files well, but it holds a whole row however large,
// knows no offsets before FieldPos, no lone CR, and after an open quote it is at
// the end of the file. So rows are split here; a property test holds the result
// against encoding/csv wherever both can read.

// dialect is how a file separates its cells.
type dialect struct {
	delim, quote byte // quote 0: none
	newline      byte // '\n', which also ends CRLF, or '\r'
	escape       escaping
	null         bool // a cell that is \N, without quotes, is empty
}

// String tells it to people.
func (d dialect) String() string {
	s := fmt.Sprintf("%q between cells, ", d.delim)
	if d.quote == 0 {
		s += "no quotes"
	} else {
		s += fmt.Sprintf("%c around them", d.quote)
	}
	if d.escape != asIs {
		s += ", " + d.escape.String()
	}
	if d.null {
		s += `, \N for none`
	}
	return s
}

// row is one row, or a stretch of lines that is none.
type row struct {
	line, last int64    // first and last physical line, from 1
	off, end   int64    // where it lies
	cells      []string // bytes of the file's own encoding; valid until the next row
	reason     connectors.Reason
	bad        string // what is wrong; "" for a good row
	torn       bool   // it reaches the end of the file without having ended
}

// splitter cuts a file into rows. Memory is bounded by limit.
type splitter struct {
	src   io.ReaderAt
	size  int64
	br    *bufio.Reader
	off   int64 // of the next byte
	line  int64 // of the next byte
	d     dialect
	want  int   // cells in a good row; 0 not known yet
	pad   bool  // rows whose last cells were left out are good; see padded
	bad   bool  // the row before was set aside
	limit int64 // bytes of one row
	m     machine
	cells []string
}

func newSplitter(src io.ReaderAt, size int64, d dialect, limit int64) *splitter {
	s := &splitter{src: src, size: size, br: bufio.NewReaderSize(nil, 2*lookAhead), d: d, limit: limit}
	s.seek(0, 1)
	return s
}

func (s *splitter) seek(off, line int64) {
	s.off, s.line = off, line
	s.br.Reset(io.NewSectionReader(s.src, off, s.size-off))
}

// next reads a row, or io.EOF. Empty lines are passed over.
func (s *splitter) next() (row, error) {
	r, err := s.read()
	s.bad = r.bad != ""
	return r, err
}

func (s *splitter) read() (row, error) {
	for {
		if r, done, err := s.simple(); done || err != nil {
			return r, err
		}
		start, line := s.off, s.line
		if err := s.scan(false, s.size); err != nil {
			return row{}, err
		}
		r := row{line: line, last: s.line - 1, off: start, end: s.off}
		if s.m.state != rowDone {
			r.last = s.line
		}
		if s.m.blank() {
			continue
		}
		return s.judge(r)
	}
}

// simple reads a line without quotes that lies in the buffer: most lines do.
func (s *splitter) simple() (row, bool, error) {
	for {
		if _, err := s.br.Peek(1); err != nil {
			return row{}, false, err // io.EOF at the end
		}
		buf, _ := s.br.Peek(s.br.Buffered()) // what is buffered can be looked at
		i := bytes.IndexByte(buf, s.d.newline)
		if i < 0 || int64(i) > s.limit || s.d.marks(buf[:i]) {
			return row{}, false, nil
		}
		r := row{line: s.line, last: s.line, off: s.off, end: s.off + int64(i) + 1}
		text := string(trimEnd(buf[:i+1], s.d.newline))
		if _, err := s.br.Discard(i + 1); err != nil {
			return r, false, err
		}
		s.off, s.line = r.end, s.line+1
		if text == "" {
			continue
		}
		s.cells = s.cells[:0]
		for more := true; more; {
			var cell string
			cell, text, more = strings.Cut(text, string(rune(s.d.delim)))
			if s.d.null && cell == null {
				cell = ""
			}
			s.cells = append(s.cells, cell)
		}
		r.cells = s.cells
		r, err := s.judgeCount(r, false)
		return r, true, err
	}
}

// marks tells whether a line holds quotes or escapes, so that delimiters alone do
// not say where its cells end.
func (d dialect) marks(line []byte) bool {
	return d.quote != 0 && bytes.IndexByte(line, d.quote) >= 0 || d.escape != asIs && bytes.IndexByte(line, '\\') >= 0
}

func trimEnd(line []byte, newline byte) []byte {
	line = bytes.TrimSuffix(line, []byte{newline})
	if newline == '\n' {
		line = bytes.TrimSuffix(line, []byte{'\r'})
	}
	return line
}

// scan runs the machine over one row, no further than upTo.
func (s *splitter) scan(lax bool, upTo int64) error {
	s.m.begin(s.d, s.limit, lax)
	for s.m.state < rowDone {
		if s.off >= upTo {
			s.m.eof()
			return nil
		}
		if _, err := s.br.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				s.m.eof()
				return nil
			}
			return err
		}
		buf, _ := s.br.Peek(s.br.Buffered()) // what is buffered can be looked at
		buf = buf[:min(int64(len(buf)), upTo-s.off)]
		n := s.m.feed(buf)
		s.line += s.m.takeLines()
		s.off += int64(n)
		if _, err := s.br.Discard(n); err != nil {
			return err
		}
	}
	return nil
}
