package sheets

import (
	"bufio"
	"cmp"
	"container/heap"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// mail is where one message lies. Messages refer to tickets in any order, so
// their places are sorted by ticket in a temporary file before tickets are read.
type mail struct {
	ticket uint64 // hash of the ticket's id
	off    uint64
	line   uint64
	at     int64  // nanoseconds; 0 unknown
	sum    uint64 // hash of the row
	sheet  uint32
	size   uint32
}

const mailSize = 48

func (m mail) append(b []byte) []byte {
	for _, n := range []uint64{m.ticket, m.off, m.line, uint64(m.at), m.sum, uint64(m.sheet)<<32 | uint64(m.size)} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}

func readMail(b []byte) mail {
	n := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	return mail{ticket: n(0), off: n(1), line: n(2), at: int64(n(3)), sum: n(4), sheet: uint32(n(5) >> 32), size: uint32(n(5))}
}

func compareMail(a, b mail) int {
	return cmp.Or(cmp.Compare(a.ticket, b.ticket), cmp.Compare(a.sheet, b.sheet), cmp.Compare(a.off, b.off))
}

func hash64(parts ...string) uint64 {
	b := make([]byte, 0, 512) // on the stack, for most rows
	for _, p := range parts {
		b = append(append(b, p...), '\x1f')
	}
	sum := sha256.Sum256(b)
	return binary.LittleEndian.Uint64(sum[:])
}

// chunk is how many places are sorted in memory at once: about 12 MB.
const chunk = 1 << 18

// sorter sorts places on disk.
type sorter struct {
	dir  string
	buf  []mail
	runs []*os.File
	n    int64
}

func (s *sorter) add(m mail) error {
	s.buf = append(s.buf, m)
	s.n++
	if len(s.buf) < chunk {
		return nil
	}
	return s.flush()
}

func (s *sorter) flush() error {
	slices.SortFunc(s.buf, compareMail)
	f, err := os.CreateTemp(s.dir, "rows-run-*")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriter(f)
	b := make([]byte, 0, mailSize)
	for _, m := range s.buf {
		if _, err := w.Write(m.append(b)); err != nil {
			return err
		}
	}
	s.buf = s.buf[:0]
	return w.Flush()
}

// done merges the runs; the sorter is used up.
func (s *sorter) done() (*index, error) {
	if err := s.flush(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if len(s.runs) == 1 {
		return newIndex(s.runs[0], s.n)
	}
	out, err := os.CreateTemp(s.dir, "rows-index-*")
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := errors.Join(s.merge(out), s.close()); err != nil {
		return nil, errors.Join(err, out.Close(), os.Remove(out.Name()))
	}
	return newIndex(out, s.n)
}

func (s *sorter) close() error {
	var errs []error
	for _, f := range s.runs {
		errs = append(errs, f.Close(), os.Remove(f.Name()))
	}
	return errors.Join(errs...)
}

func (s *sorter) merge(out io.Writer) error {
	w := bufio.NewWriter(out)
	var q runs
	for _, f := range s.runs {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		r := &run{r: bufio.NewReader(f)}
		if r.next() {
			q = append(q, r)
		}
	}
	heap.Init(&q)
	b := make([]byte, 0, mailSize)
	for len(q) > 0 {
		if _, err := w.Write(q[0].m.append(b)); err != nil {
			return err
		}
		if q[0].next() {
			heap.Fix(&q, 0)
			continue
		}
		if err := heap.Pop(&q).(*run).err; !errors.Is(err, io.EOF) {
			return err
		}
	}
	return w.Flush()
}

// run is one sorted file that is being merged; runs a heap of them.
type run struct {
	r   *bufio.Reader
	m   mail
	err error
	b   [mailSize]byte
}

func (r *run) next() bool {
	if _, r.err = io.ReadFull(r.r, r.b[:]); r.err != nil {
		return false
	}
	r.m = readMail(r.b[:])
	return true
}

type runs []*run

func (q runs) Len() int           { return len(q) }
func (q runs) Less(i, j int) bool { return compareMail(q[i].m, q[j].m) < 0 }
func (q runs) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *runs) Push(x any)        { *q = append(*q, x.(*run)) }
func (q *runs) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
