// Package rows cuts tables that are text into rows, whatever program wrote them and
// however torn they are, and writes rows as RFC 4180 asks.
package rows

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

// Dialect is how a file separates its cells.
type Dialect struct {
	Delim, Quote byte // quote 0: none
	Newline      byte // '\n', which also ends CRLF, or '\r'
	Escape       Escaping
	Null         bool // a cell that is \N, without quotes, is empty
}

// String tells it to people.
func (d Dialect) String() string {
	s := fmt.Sprintf("%q between cells, ", d.Delim)
	if d.Quote == 0 {
		s += "no quotes"
	} else {
		s += fmt.Sprintf("%c around them", d.Quote)
	}
	if d.Escape != AsIs {
		s += ", " + d.Escape.String()
	}
	if d.Null {
		s += `, \N for none`
	}
	return s
}

// Row is one row, or a stretch of lines that is none.
type Row struct {
	Line, Last int64    // first and last physical line, from 1
	Off, End   int64    // where it lies
	Cells      []string // bytes of the file's own encoding; valid until the next row
	Reason     connectors.Reason
	Bad        string // what is wrong; "" for a good row
	Torn       bool   // it reaches the end of the file without having ended
}

// Splitter cuts a file into rows. Memory is bounded by limit.
type Splitter struct {
	src   io.ReaderAt
	size  int64
	br    *bufio.Reader
	off   int64 // of the next byte
	line  int64 // of the next byte
	d     Dialect
	Want  int   // cells in a good row; 0 not known yet
	Pad   bool  // rows whose last cells were left out are good; see padded
	bad   bool  // the row before was set aside
	limit int64 // bytes of one row
	m     machine
	cells []string
}

// New begins at the beginning of a file of this size; limit is how many bytes of one
// row are held.
func New(src io.ReaderAt, size int64, d Dialect, limit int64) *Splitter {
	s := &Splitter{src: src, size: size, br: bufio.NewReaderSize(nil, 2*lookAhead), d: d, limit: limit}
	s.seek(0, 1)
	return s
}

func (s *Splitter) seek(off, line int64) {
	s.off, s.line = off, line
	s.br.Reset(io.NewSectionReader(s.src, off, s.size-off))
}

// Resume goes on at a place; bad tells that the row before it was set aside.
func (s *Splitter) Resume(off, line int64, bad bool) {
	s.seek(off, line)
	s.bad = bad
}

// Only makes the next row the one that stands at a place and is of this size.
func (s *Splitter) Only(off, size, line int64) {
	s.size = off + size
	s.Resume(off, line, false)
}

// Place is where the next row begins.
func (s *Splitter) Place() (off, line int64) { return s.off, s.line }

// Next reads a row, or io.EOF. Empty lines are passed over.
func (s *Splitter) Next() (Row, error) {
	r, err := s.read()
	s.bad = r.Bad != ""
	return r, err
}

func (s *Splitter) read() (Row, error) {
	for {
		if r, done, err := s.simple(); done || err != nil {
			return r, err
		}
		start, line := s.off, s.line
		if err := s.scan(false, s.size); err != nil {
			return Row{}, err
		}
		r := Row{Line: line, Last: s.line - 1, Off: start, End: s.off}
		if s.m.state != rowDone {
			r.Last = s.line
		}
		if s.m.blank() {
			continue
		}
		return s.judge(r)
	}
}

// simple reads a line without quotes that lies in the buffer: most lines do.
func (s *Splitter) simple() (Row, bool, error) {
	for {
		if _, err := s.br.Peek(1); err != nil {
			return Row{}, false, err // io.EOF at the end
		}
		buf, _ := s.br.Peek(s.br.Buffered()) // what is buffered can be looked at
		i := bytes.IndexByte(buf, s.d.Newline)
		if i < 0 || int64(i) > s.limit || s.d.marks(buf[:i]) {
			return Row{}, false, nil
		}
		r := Row{Line: s.line, Last: s.line, Off: s.off, End: s.off + int64(i) + 1}
		text := string(TrimEnd(buf[:i+1], s.d.Newline))
		if _, err := s.br.Discard(i + 1); err != nil {
			return r, false, err
		}
		s.off, s.line = r.End, s.line+1
		if text == "" {
			continue
		}
		s.cells = s.cells[:0]
		for more := true; more; {
			var cell string
			cell, text, more = strings.Cut(text, string(rune(s.d.Delim)))
			if s.d.Null && cell == Null {
				cell = ""
			}
			s.cells = append(s.cells, cell)
		}
		r.Cells = s.cells
		r, err := s.judgeCount(r, false)
		return r, true, err
	}
}

// marks tells whether a line holds quotes or escapes, so that delimiters alone do
// not say where its cells end.
func (d Dialect) marks(line []byte) bool {
	return d.Quote != 0 && bytes.IndexByte(line, d.Quote) >= 0 || d.Escape != AsIs && bytes.IndexByte(line, '\\') >= 0
}

// TrimEnd takes the line end off a line.
func TrimEnd(line []byte, newline byte) []byte {
	line = bytes.TrimSuffix(line, []byte{newline})
	if newline == '\n' {
		line = bytes.TrimSuffix(line, []byte{'\r'})
	}
	return line
}

// scan runs the machine over one row, no further than upTo.
func (s *Splitter) scan(lax bool, upTo int64) error {
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
