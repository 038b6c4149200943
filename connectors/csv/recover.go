package csv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
)

// lookAhead is how far a row may reach that is tried as the next good one after
// a bad one.
const lookAhead = 64 << 10

// judge decides what the machine's last row is worth.
func (s *splitter) judge(r row) (row, error) {
	switch s.m.state {
	case rowJunk:
		what := "the quotes do not match (something stands behind a closing quote)"
		if bytes.HasSuffix(s.m.text, []byte{'\\'}) {
			what += `; if \" is a quote within a cell, say escape: backslash`
		}
		if again, ok, err := s.leniently(r); ok || err != nil {
			return again, err
		}
		return s.resync(r, s.size, what)
	case rowTorn:
		return s.resync(r, s.size, "a quote is opened and never closed")
	}
	r.torn = s.m.state == rowAtEnd
	if s.m.large() {
		r.reason = connectors.ReasonTooLarge
		r.bad = fmt.Sprintf("the row is larger than the %d bytes that are allowed (max_row)", s.limit)
		return r, nil
	}
	s.cells = s.m.cells(s.cells[:0])
	r.cells = s.cells
	return s.judgeCount(r, true)
}

// judgeCount sets rows aside that have too few or too many cells. Empty cells
// too many are forgiven: many programs write a delimiter at the end of each row.
func (s *splitter) judgeCount(r row, quoted bool) (row, error) {
	n := len(r.cells)
	for s.want > 0 && n > s.want && r.cells[n-1] == "" {
		n--
	}
	if s.want == 0 || n == s.want {
		r.cells = r.cells[:n]
		return r, nil
	}
	if padded, err := s.padded(&r, n); padded || err != nil {
		return r, err
	}
	few := "few"
	if n > s.want {
		few = "many"
	}
	what := fmt.Sprintf("the row has too %s cells: %d, the table has %d", few, n, s.want)
	if quoted && r.last > r.line {
		return s.resync(r, r.end, what+" (a quote may be missing)")
	}
	r.cells, r.bad, r.reason = nil, what, connectors.ReasonUnreadable
	return r, nil
}

// padded takes a short row for one whose last cells are empty, as programs write
// that leave empty cells out at the end. A piece of a torn row looks the same, so
// the row must be on one line, have half of the cells, and stand between good ones.
func (s *splitter) padded(r *row, n int) (bool, error) {
	if !s.pad || s.bad || r.torn || r.last > r.line || n < 2 || n > s.want || 2*n < s.want {
		return false, nil
	}
	if s.off < s.size {
		if good, err := s.nextIsGood(); !good || err != nil {
			return false, err
		}
	}
	for r.cells = r.cells[:n]; len(r.cells) < s.want; {
		r.cells = append(r.cells, "")
	}
	return true, nil
}

// leniently takes quotes inside a quoted cell as text, where the row then ends
// on its own line and has the right number of cells.
func (s *splitter) leniently(r row) (row, bool, error) {
	s.seek(r.off, r.line)
	if err := s.scan(true, min(s.size, r.off+lookAhead)); err != nil {
		return r, false, err
	}
	ended := s.m.state == rowDone || s.m.state == rowAtEnd && s.off == s.size
	if s.want == 0 || !ended || s.m.large() || len(s.m.ends) != s.want || s.line > r.line+1 {
		return r, false, nil
	}
	r.last, r.end, r.torn = r.line, s.off, s.m.state == rowAtEnd
	s.cells = s.m.cells(s.cells[:0])
	r.cells = s.cells
	return r, true, nil
}

// resync gives up the row and finds the next good one: the first later line, not
// beyond upTo, that reads strictly as a row with the right number of cells. So
// an open quote costs the lines up to there and not the rest of the file.
func (s *splitter) resync(r row, upTo int64, what string) (row, error) {
	s.seek(r.off, r.line)
	for {
		if err := s.skipLine(); err != nil {
			return r, err
		}
		if s.off >= upTo {
			break
		}
		if good, err := s.nextIsGood(); good || err != nil {
			if err != nil {
				return r, err
			}
			break
		}
	}
	r.cells, r.reason = nil, connectors.ReasonUnreadable
	r.end, r.last = s.off, s.line-1
	r.torn = s.off >= s.size
	r.bad = what
	return r, nil
}

// nextIsGood tries the bytes ahead as a row without taking them.
func (s *splitter) nextIsGood() (bool, error) {
	buf, err := s.br.Peek(lookAhead)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	m := &s.m
	m.begin(s.d, s.limit, false)
	m.feed(buf)
	if m.state < rowDone && err != nil {
		m.eof()
	}
	ended := m.state == rowDone || m.state == rowAtEnd
	return ended && !m.bare && !m.large() && !m.blank() && (s.want == 0 || len(m.ends) == s.want), nil
}

// skipLine passes over one physical line, however long.
func (s *splitter) skipLine() error {
	for {
		part, err := s.br.ReadSlice(s.d.newline)
		s.off += int64(len(part))
		if err == nil || errors.Is(err, io.EOF) {
			s.line++
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}
