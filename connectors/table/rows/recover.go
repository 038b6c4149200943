package rows

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
func (s *Splitter) judge(r Row) (Row, error) {
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
	r.Torn = s.m.state == rowAtEnd
	if s.m.large() {
		r.Reason = connectors.ReasonTooLarge
		r.Bad = fmt.Sprintf("the row is larger than the %d bytes that are allowed (max_row)", s.limit)
		return r, nil
	}
	s.cells = s.m.cells(s.cells[:0])
	r.Cells = s.cells
	return s.judgeCount(r, true)
}

// judgeCount sets rows aside that have too few or too many cells. Empty cells
// too many are forgiven: many programs write a delimiter at the end of each row.
func (s *Splitter) judgeCount(r Row, quoted bool) (Row, error) {
	n := len(r.Cells)
	for s.Want > 0 && n > s.Want && r.Cells[n-1] == "" {
		n--
	}
	if s.Want == 0 || n == s.Want {
		r.Cells = r.Cells[:n]
		return r, nil
	}
	if padded, err := s.padded(&r, n); padded || err != nil {
		return r, err
	}
	few := "few"
	if n > s.Want {
		few = "many"
	}
	what := fmt.Sprintf("the row has too %s cells: %d, the table has %d", few, n, s.Want)
	if quoted && r.Last > r.Line {
		return s.resync(r, r.End, what+" (a quote may be missing)")
	}
	r.Cells, r.Bad, r.Reason = nil, what, connectors.ReasonUnreadable
	return r, nil
}

// padded takes a short row for one whose last cells are empty, as programs write
// that leave empty cells out at the end. A piece of a torn row looks the same, so
// the row must be on one line, have half of the cells, and stand between good ones.
func (s *Splitter) padded(r *Row, n int) (bool, error) {
	if !s.Pad || s.bad || r.Torn || r.Last > r.Line || n < 2 || n > s.Want || 2*n < s.Want {
		return false, nil
	}
	if s.off < s.size {
		if good, err := s.nextIsGood(); !good || err != nil {
			return false, err
		}
	}
	for r.Cells = r.Cells[:n]; len(r.Cells) < s.Want; {
		r.Cells = append(r.Cells, "")
	}
	return true, nil
}

// leniently takes quotes inside a quoted cell as text, where the row then ends
// on its own line and has the right number of cells.
func (s *Splitter) leniently(r Row) (Row, bool, error) {
	s.seek(r.Off, r.Line)
	if err := s.scan(true, min(s.size, r.Off+lookAhead)); err != nil {
		return r, false, err
	}
	ended := s.m.state == rowDone || s.m.state == rowAtEnd && s.off == s.size
	if s.Want == 0 || !ended || s.m.large() || len(s.m.ends) != s.Want || s.line > r.Line+1 {
		return r, false, nil
	}
	r.Last, r.End, r.Torn = r.Line, s.off, s.m.state == rowAtEnd
	s.cells = s.m.cells(s.cells[:0])
	r.Cells = s.cells
	return r, true, nil
}

// resync gives up the row and finds the next good one: the first later line, not
// beyond upTo, that reads strictly as a row with the right number of cells. So
// an open quote costs the lines up to there and not the rest of the file.
func (s *Splitter) resync(r Row, upTo int64, what string) (Row, error) {
	s.seek(r.Off, r.Line)
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
	r.Cells, r.Reason = nil, connectors.ReasonUnreadable
	r.End, r.Last = s.off, s.line-1
	r.Torn = s.off >= s.size
	r.Bad = what
	return r, nil
}

// nextIsGood tries the bytes ahead as a row without taking them.
func (s *Splitter) nextIsGood() (bool, error) {
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
	return ended && !m.bare && !m.large() && !m.blank() && (s.Want == 0 || len(m.ends) == s.Want), nil
}

// skipLine passes over one physical line, however long.
func (s *Splitter) skipLine() error {
	for {
		part, err := s.br.ReadSlice(s.d.Newline)
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
