package rows

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// endless is a file that holds head, then a cell of n bytes, then tail.
type endless struct {
	head, tail string
	n          int64
}

func (e endless) size() int64 { return int64(len(e.head)) + e.n + int64(len(e.tail)) }

func (e endless) ReadAt(b []byte, off int64) (int, error) {
	for i := range b {
		at := off + int64(i)
		switch {
		case at >= e.size():
			return i, io.EOF
		case at < int64(len(e.head)):
			b[i] = e.head[at]
		case at < int64(len(e.head))+e.n:
			b[i] = 'x'
		default:
			b[i] = e.tail[at-int64(len(e.head))-e.n]
		}
	}
	return len(b), nil
}

// A cell of 100 MB is set aside, the rows around it are read, and no more of it
// is held than the limit.
func TestHugeCell(t *testing.T) {
	for name, e := range map[string]endless{
		"plain":  {"1,a\n2,", "\n3,c\n", 100 << 20},
		"quoted": {"1,a\n2,\"", "\"\n3,c\n", 100 << 20},
		"torn":   {"1,a\n2,\"", "\n3,c\n", 100 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(e, e.size(), comma, 1<<20)
			s.Want = 2
			var got []string
			for {
				r, err := s.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if r.Bad != "" {
					got = append(got, string(r.Reason))
					continue
				}
				got = append(got, r.Cells[0])
			}
			want := "1 " + string(connectors.ReasonTooLarge) + " 3"
			if name == "torn" {
				want = "1 " + string(connectors.ReasonUnreadable) + " 3"
			}
			if strings.Join(got, " ") != want || cap(s.m.text) > 4<<20 {
				t.Errorf("got %q, held %d bytes", got, cap(s.m.text))
			}
		})
	}
}
