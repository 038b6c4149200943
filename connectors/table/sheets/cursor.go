package sheets

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// cursor is a place in the reading of one kind. A table has no times of
// change, so each reading of changed files is a generation: what differs from
// what the state knows is given its number.
type cursor struct {
	Gen  uint64 `json:"g"`
	Base uint64 `json:"b"`           // what changed after this generation is yielded
	File int    `json:"f,omitempty"` // which of the inputs
	Off  int64  `json:"o,omitempty"` // where to go on in it
	Line int64  `json:"l,omitempty"`
	Bad  bool   `json:"x,omitempty"` // the row before was set aside
	Done bool   `json:"d,omitempty"` // everything of the generation was yielded
}

func (c cursor) String() connectors.Cursor {
	b, _ := json.Marshal(c) // numbers cannot fail
	return connectors.Cursor(b)
}

func readCursor(s connectors.Cursor) cursor {
	var c cursor
	if json.Unmarshal([]byte(s), &c) != nil {
		return cursor{} // not ours: from the beginning
	}
	return c
}

// passRecord is what the state keeps of the last generation of a kind.
type passRecord struct {
	Gen     uint64      `json:"gen"`
	Base    uint64      `json:"base"`
	Files   []filePrint `json:"files"`
	Extra   []filePrint `json:"extra,omitempty"` // sheets of messages, for tickets
	Done    bool        `json:"done"`
	Yielded bool        `json:"yielded"`
}

// filePrint tells whether a file is what it was.
type filePrint struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	MTime  int64  `json:"mtime"`
	Edge   string `json:"edge"`   // hash of the first and last 64 KiB
	Layout string `json:"layout"` // hash of how it is read
	// From is where the generation began to read it: 0 its first row, -1 not at
	// all. Next is where rows appended later will begin; Sum is the hash of all
	// before that.
	From     int64  `json:"from"`
	FromLine int64  `json:"from_line"`
	Next     int64  `json:"next"`
	NextLine int64  `json:"next_line"`
	Sum      string `json:"sum"`
}

const edge = 64 << 10

func (s *Sheet) print() (filePrint, error) {
	p := filePrint{Path: s.Path, Size: s.Size, MTime: s.MTime}
	head, err := s.readAt(0, edge)
	if err != nil {
		return p, err
	}
	tail, err := s.readAt(max(0, s.Size-edge), edge)
	if err != nil {
		return p, err
	}
	p.Edge = rows.Sum(append(head, tail...))
	p.Layout = rows.Sum(fmt.Appendf(nil, "%s %s", s.How, s.Print()))
	return p, nil
}

// sum hashes the file up to a place.
func (s *Sheet) sum(upTo int64) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(s.Bytes, 0, upTo)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

// same compares without reading the whole file.
func (p filePrint) same(q filePrint) bool {
	return p.Path == q.Path && p.Size == q.Size && p.MTime == q.MTime && p.Edge == q.Edge && p.Layout == q.Layout
}

func allSame(a, b []filePrint) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].same(b[i]) {
			return false
		}
	}
	return true
}

// entry is what the state keeps of one record.
type entry struct {
	changed, seen uint64 // generations
	file, off     uint64 // where it was last seen
	gone          bool   // yielded as deleted
	hash          [16]byte
	parent        desk.ID // of a row set aside: the ticket of the message
}

func (e entry) encode() []byte {
	b := []byte{1, 0}
	if e.gone {
		b[1] = 1
	}
	for _, n := range []uint64{e.changed, e.seen, e.file, e.off} {
		b = binary.AppendUvarint(b, n)
	}
	return append(append(b, e.hash[:]...), e.parent...)
}

func decodeEntry(b []byte) (entry, bool) {
	var e entry
	if len(b) < 2 || b[0] != 1 {
		return e, false
	}
	e.gone = b[1] == 1
	b = b[2:]
	for _, n := range []*uint64{&e.changed, &e.seen, &e.file, &e.off} {
		v, k := binary.Uvarint(b)
		if k <= 0 {
			return e, false
		}
		*n, b = v, b[k:]
	}
	n := copy(e.hash[:], b)
	e.parent = desk.ID(b[n:])
	return e, n == len(e.hash)
}

func (s *Source) entry(ctx context.Context, key string) (entry, bool, error) {
	b, err := s.env.State.Get(ctx, key)
	if err != nil {
		return entry{}, false, err
	}
	e, ok := decodeEntry(b)
	return e, ok, nil
}

func recordKey(kind desk.Kind, id desk.ID) string { return "r/" + string(kind) + "/" + string(id) }
