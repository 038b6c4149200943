package csv

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// outFile is one CSV file that grows.
type outFile struct {
	path  string
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
			return s, errors.New("csv: the state of the folder is damaged: write to a new folder")
		}
		*n, b = v, b[k:]
	}
	return s, nil
}

// appendRow writes one row as RFC 4180 asks. The Writer of encoding/csv is not
// used, because with CRLF at the ends of rows it changes line ends within cells.
func appendRow(b []byte, cells []string) []byte {
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		if !strings.ContainsAny(c, "\",\r\n") && strings.TrimSpace(c) == c {
			b = append(b, c...)
			continue
		}
		b = append(b, '"')
		b = append(b, strings.ReplaceAll(c, `"`, `""`)...)
		b = append(b, '"')
	}
	return append(b, "\r\n"...)
}

// append adds a row; its cells are guarded here.
func (f *outFile) append(cells []string) (spot, error) {
	f.rows++
	from := len(f.buf)
	f.buf = appendRow(f.buf, guarded(cells))
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
func (t *target) file(kind desk.Kind) (*outFile, error) {
	if f := t.files[kind]; f != nil {
		return f, nil
	}
	if t.env.DryRun {
		return nil, fmt.Errorf("csv: %s: %w", t.path(kind), os.ErrNotExist)
	}
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return nil, denied(t.dir, err)
	}
	if err := t.begin(); err != nil {
		return nil, denied(t.dir, err)
	}
	f, err := os.OpenFile(t.path(kind), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, denied(t.path(kind), err)
	}
	out := &outFile{path: t.path(kind), f: f}
	out.buf = appendRow(nil, table.Columns(kind))
	t.files[kind] = out
	return out, nil
}

// row reads the current row of a record, unguarded.
func (t *target) row(ctx context.Context, kind desk.Kind, id desk.ID) ([]string, spot, error) {
	b, err := t.get(ctx, indexKey(kind, id))
	if err != nil || b == nil {
		return nil, spot{}, notFound(err, kind, id)
	}
	at, err := decodeSpot(b)
	if err != nil {
		return nil, at, err
	}
	cells, err := t.cells(kind, at)
	if err == nil && cells[1] != table.Guard(string(id)) {
		err = fmt.Errorf("csv: %s was changed by something else: %s %s is not where it was written: %w", t.path(kind), kind, id, connectors.ErrNotFound)
	}
	return cells, at, err
}

func (t *target) cells(kind desk.Kind, at spot) ([]string, error) {
	f := t.files[kind]
	if f == nil {
		return nil, fmt.Errorf("csv: %s: %w", t.path(kind), os.ErrNotExist)
	}
	raw, err := f.read(at)
	if err != nil {
		return nil, fmt.Errorf("csv: %s: %w", f.path, err)
	}
	sp := newSplitter(bytes.NewReader(raw), int64(len(raw)), ours(), int64(len(raw))+1) // the last row may lack its line end
	r, err := sp.next()
	if err != nil || r.bad != "" || len(r.cells) < 2 {
		return nil, fmt.Errorf("csv: %s: byte %d: the row that was written there is gone: %s: %w", f.path, at.off, r.bad, connectors.ErrNotFound)
	}
	return r.cells, nil
}

// ours is the dialect that we write.
func ours() dialect { return dialect{delim: ',', quote: '"', newline: '\n'} }

// messages reads the messages of a ticket in the order in which they were written.
func (t *target) messages(ctx context.Context, ticket desk.ID) ([]desk.Message, error) {
	spots, err := t.spots(ctx, ticketPrefix(ticket))
	if err != nil {
		return nil, err
	}
	var order []spot
	for _, s := range spots {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b spot) int { return int(a.off - b.off) })
	layout, err := table.Resolve(table.Settings{Kind: desk.KindMessage}, table.Columns(desk.KindMessage), nil)
	if err != nil {
		return nil, err
	}
	var ms []desk.Message
	for _, s := range order {
		cells, err := t.cells(desk.KindMessage, s)
		if errors.Is(err, connectors.ErrNotFound) {
			continue // somebody took it out
		}
		if err != nil {
			return nil, err
		}
		m, _, err := layout.Message(ctx, cells, nil)
		if err != nil {
			return nil, err
		}
		openFiles(t.path(desk.KindMessage), m.Files)
		ms = append(ms, m)
	}
	return ms, nil
}
