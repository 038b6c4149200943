package folder

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// outFile is one CSV file that grows.
type outFile struct {
	path  string
	label string // what people call it
	f     *os.File
	flat  int64  // bytes in the file
	buf   []byte // bytes behind them, not yet handed to the system
	stale int64  // rows that later ones replace
	rows  int64
}

// spot is where a row stands.
type spot struct {
	off, size, version int64
}

func (s spot) encode() []byte {
	b := binary.AppendVarint(nil, s.off)
	return binary.AppendVarint(binary.AppendVarint(b, s.size), s.version)
}

func decodeSpot(b []byte) (spot, error) {
	var s spot
	for _, n := range []*int64{&s.off, &s.size, &s.version} {
		v, k := binary.Varint(b)
		if k <= 0 {
			return s, errors.New("what is known of the rows is damaged: write to another place, in a new project")
		}
		*n, b = v, b[k:]
	}
	return s, nil
}

// append adds a row; its cells are guarded here.
func (f *outFile) append(cells []string) (spot, error) {
	f.rows++
	from := len(f.buf)
	f.buf = rows.Append(f.buf, guarded(cells))
	at := spot{off: f.flat + int64(from), size: int64(len(f.buf) - from), version: 1}
	if len(f.buf) < 1<<18 {
		return at, nil
	}
	return at, f.flush()
}

// flush hands the rows to the system. After a failure nothing of them counts:
// the next one writes them over what arrived.
func (f *outFile) flush() error {
	if len(f.buf) == 0 {
		return nil
	}
	if _, err := f.f.WriteAt(f.buf, f.flat); err != nil {
		return err
	}
	f.flat += int64(len(f.buf))
	f.buf = f.buf[:0]
	return nil
}

func (f *outFile) read(s spot) ([]byte, error) {
	if err := f.flush(); err != nil {
		return nil, err
	}
	b := make([]byte, s.size)
	_, err := f.f.ReadAt(b, s.off)
	return b, err
}

// file gives the file of a kind, making it with its header on first use.
func (t *Target) file(kind desk.Kind) (*outFile, error) {
	if f := t.files[kind]; f != nil {
		return f, nil
	}
	if t.env.DryRun {
		return nil, t.failed("%s: %w", t.name(kind), os.ErrNotExist)
	}
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return nil, t.denied(t.dir, err)
	}
	if t.o.Begin != nil {
		if err := t.o.Begin(); err != nil {
			return nil, t.denied(t.dir, err)
		}
	}
	if err := t.begin(); err != nil {
		return nil, t.denied(t.dir, err)
	}
	f, err := os.OpenFile(t.path(kind), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, t.denied(t.name(kind), err)
	}
	out := &outFile{path: t.path(kind), label: t.name(kind), f: f}
	out.buf = rows.Append(nil, table.Columns(kind))
	t.files[kind] = out
	return out, nil
}

// row reads the current row of a record, unguarded.
func (t *Target) row(ctx context.Context, kind desk.Kind, id desk.ID) ([]string, spot, error) {
	b, err := t.get(ctx, indexKey(kind, id))
	if err != nil || b == nil {
		return nil, spot{}, t.notFound(err, kind, id)
	}
	at, err := decodeSpot(b)
	if err != nil {
		return nil, at, err
	}
	cells, err := t.cells(kind, at)
	if err == nil && cells[1] != table.Guard(string(id)) {
		err = t.failed("%s was changed by something else: %s %s is not where it was written: %w", t.name(kind), kind, id, connectors.ErrNotFound)
	}
	return cells, at, err
}

func (t *Target) cells(kind desk.Kind, at spot) ([]string, error) {
	f := t.files[kind]
	if f == nil {
		return nil, t.failed("%s: %w", t.name(kind), os.ErrNotExist)
	}
	raw, err := f.read(at)
	if err != nil {
		return nil, t.failed("%s: %w", f.label, err)
	}
	sp := rows.New(bytes.NewReader(raw), int64(len(raw)), rows.Ours(), int64(len(raw))+1) // the last row may lack its line end
	r, err := sp.Next()
	if err != nil || r.Bad != "" || len(r.Cells) < 2 {
		return nil, t.failed("%s: %s: the row that was written there is gone: %s: %w", f.label, t.at(kind, at.off), r.Bad, connectors.ErrNotFound)
	}
	return r.Cells, nil
}
