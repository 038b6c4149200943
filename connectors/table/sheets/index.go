package sheets

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// mostFences is how many tickets of the index are kept in memory: 512 KB.
const mostFences = 1 << 16

// pageSize is how many places are read at once.
const pageSize = 128

// index is the sorted file of places. It is for one goroutine.
type index struct {
	f      *os.File
	n      int64
	stride int64    // places from one fence to the next
	fences []uint64 // the ticket at each stride
	page   []mail   // the places last read, from first on
	first  int64
	buf    []byte
	ticket uint64 // whose places group gave last
	last   []mail // nil: none yet
}

// newIndex takes over a sorted file. On an error it is closed and removed.
func newIndex(f *os.File, n int64) (*index, error) {
	x := &index{f: f, n: n, stride: (n + mostFences - 1) / mostFences, buf: make([]byte, pageSize*mailSize)}
	r := bufio.NewReaderSize(io.NewSectionReader(f, 0, n*mailSize), 256<<10)
	for i := int64(0); i < n; i += x.stride {
		if _, err := io.ReadFull(r, x.buf[:8]); err != nil {
			return nil, errors.Join(err, x.close())
		}
		x.fences = append(x.fences, binary.LittleEndian.Uint64(x.buf))
		if i+x.stride >= n {
			break
		}
		if _, err := r.Discard(int(x.stride*mailSize - 8)); err != nil {
			return nil, errors.Join(err, x.close())
		}
	}
	return x, nil
}

func (x *index) close() error { return errors.Join(x.f.Close(), os.Remove(x.f.Name())) }

func (x *index) at(i int64) (mail, error) {
	if i < x.first || i >= x.first+int64(len(x.page)) {
		if err := x.turn(i); err != nil {
			return mail{}, err
		}
	}
	return x.page[i-x.first], nil
}

// turn reads the page that begins with place i.
func (x *index) turn(i int64) error {
	b := x.buf[:min(pageSize, x.n-i)*mailSize]
	x.page = x.page[:0]
	if _, err := x.f.ReadAt(b, i*mailSize); err != nil {
		return err
	}
	for x.first = i; len(b) > 0; b = b[mailSize:] {
		x.page = append(x.page, readMail(b))
	}
	return nil
}

// group gives the places of one ticket's messages, in the order of the files. The
// result must not be changed.
func (x *index) group(ticket uint64) ([]mail, error) {
	if x.last != nil && x.ticket == ticket {
		return x.last, nil
	}
	fence, _ := slices.BinarySearch(x.fences, ticket) // the ticket may begin before it
	i := max(0, int64(fence-1)*x.stride)
	for ; i < x.n; i++ {
		m, err := x.at(i)
		if err != nil {
			return nil, err
		}
		if m.ticket >= ticket {
			break
		}
	}
	ms, err := x.from(i, ticket)
	if err == nil {
		x.ticket, x.last = ticket, ms
	}
	return ms, err
}

// from gives the places of a ticket that begin at number i.
func (x *index) from(i int64, ticket uint64) ([]mail, error) {
	ms := []mail{}
	for ; i < x.n; i++ {
		m, err := x.at(i)
		if err != nil {
			return nil, err
		}
		if m.ticket != ticket {
			break
		}
		ms = append(ms, m)
	}
	return ms, nil
}

// sum describes all the messages of a ticket, so that a new one is noticed.
func (x *index) sum(ticket desk.ID) ([]byte, error) {
	ms, err := x.group(hash64(string(ticket)))
	var b []byte
	for _, m := range ms {
		b = binary.LittleEndian.AppendUint64(b, m.sum)
	}
	return b, err
}

// oldestFirst orders messages by time. One without a time stays behind the one
// before it in the file.
func oldestFirst(places []mail) []mail {
	ms := slices.Clone(places)
	for i := range ms {
		if ms[i].at == 0 && i > 0 {
			ms[i].at = ms[i-1].at
		}
	}
	slices.SortStableFunc(ms, func(a, b mail) int { return cmp.Compare(a.at, b.at) })
	return ms
}
