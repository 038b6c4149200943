package xlsx

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors/table/rows"
)

// The rows of a sheet are unpacked once into a temporary file, from which they are read
// from any place on: how many empty rows stand before it, how many bytes follow, and each
// cell behind its length. The number of a row is not among them, so that a row is the same
// bytes wherever it stands.

// spool writes such a file.
type spool struct {
	w    *bufio.Writer
	last int64 // number of the row before
	buf  []byte
	n    int64 // bytes written
}

func newSpool(w io.Writer) *spool { return &spool{w: bufio.NewWriterSize(w, 256<<10)} }

func (s *spool) add(number int64, cells []string) error {
	s.buf = s.buf[:0]
	for _, c := range cells {
		s.buf = binary.AppendUvarint(s.buf, uint64(len(c)))
		s.buf = append(s.buf, c...)
	}
	head := binary.AppendUvarint(nil, uint64(number-s.last-1))
	head = binary.AppendUvarint(head, uint64(len(s.buf)))
	s.last = number
	for _, b := range [][]byte{head, s.buf} {
		n, err := s.w.Write(b)
		s.n += int64(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// reader reads the rows of a spool; it implements sheets.Rows.
type reader struct {
	f    *os.File
	size int64
	br   *bufio.Reader
	off  int64 // of the next row
	line int64 // the number after the row before
	only bool  // the next row is that of line
	buf  []byte
	row  []string
}

func newReader(f *os.File, size, off, line int64) *reader {
	r := &reader{f: f, size: size, br: bufio.NewReaderSize(nil, 64<<10)}
	r.Resume(off, line, false)
	return r
}

// Resume goes on at a place.
func (r *reader) Resume(off, line int64, _ bool) {
	r.off, r.line, r.only = off, line, false
	r.br.Reset(io.NewSectionReader(r.f, off, r.size-off))
}

// Only makes the next row the one that stands at a place.
func (r *reader) Only(off, _, line int64) {
	r.Resume(off, line, false)
	r.only = true
}

// Place is where the next row begins.
func (r *reader) Place() (off, line int64) { return r.off, r.line }

// Next reads a row.
func (r *reader) Next() (rows.Row, error) {
	if r.off >= r.size {
		return rows.Row{}, io.EOF
	}
	off := r.off
	before, n, err := r.head()
	if err != nil {
		return rows.Row{}, r.torn(err)
	}
	if r.only {
		before = 0
	}
	row := rows.Row{Line: r.line + int64(before), Off: off}
	row.Last = row.Line
	if uint64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	r.buf = r.buf[:n]
	if _, err := io.ReadFull(r.br, r.buf); err != nil {
		return rows.Row{}, r.torn(err)
	}
	r.off += int64(n)
	r.line = row.Line + 1
	row.End = r.off
	if row.Cells, err = cut(r.row[:0], string(r.buf)); err != nil {
		return rows.Row{}, r.torn(err)
	}
	r.row = row.Cells
	return row, nil
}

// head reads the two numbers before the cells.
func (r *reader) head() (before, n uint64, err error) {
	count := countReader{r: r.br}
	if before, err = binary.ReadUvarint(&count); err == nil {
		n, err = binary.ReadUvarint(&count)
	}
	r.off += count.n
	return before, n, err
}

type countReader struct {
	r *bufio.Reader
	n int64
}

func (c *countReader) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// cut takes the cells of a row apart.
func cut(to []string, all string) ([]string, error) {
	for len(all) > 0 {
		n, k := uvarint(all)
		if k <= 0 || uint64(len(all)-k) < n {
			return to, errors.New("a row of the temporary copy is damaged")
		}
		to = append(to, all[k:k+int(n)])
		all = all[k+int(n):]
	}
	return to, nil
}

// uvarint is that of encoding/binary, of a string.
func uvarint(s string) (uint64, int) {
	var n uint64
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return n, i + 1
		}
	}
	return 0, 0
}

func (r *reader) torn(err error) error {
	return fmt.Errorf("the temporary copy of the sheet cannot be read: %w: run again", err)
}
