package folder

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// index notes the rows from a place on; it returns how many there are.
func (t *Target) index(ctx context.Context, kind desk.Kind, f *outFile, from int64) error {
	if from >= f.flat || t.env.DryRun {
		return nil
	}
	_, err := t.scan(kind, f, from, func(at spot, key, mark string, raw []string) error {
		if mark != "" {
			if err := t.env.State.Put(ctx, markKey(kind, mark), []byte(table.Unguard(raw[1]))); err != nil {
				return err
			}
		}
		natural, err := t.naturalOf(kind, raw)
		if err == nil && natural != "" {
			err = t.env.State.Put(ctx, natural, []byte(table.Unguard(raw[1])))
		}
		if err != nil {
			return err
		}
		return t.env.State.Put(ctx, key, at.encode())
	})
	if err != nil {
		return err
	}
	j := t.journal.Files[kind]
	j.Indexed = j.Length
	t.journal.Files[kind] = j
	return t.saveJournal(ctx)
}

// scan walks the rows of a file that we wrote; see index.
func (t *Target) scan(kind desk.Kind, f *outFile, from int64, do func(at spot, key, mark string, raw []string) error) (n int64, err error) {
	layout, err := table.Resolve(table.Settings{Kind: kind}, table.Columns(kind), nil)
	if err != nil {
		return 0, err
	}
	sp := rows.New(f.f, f.flat, rows.Ours(), f.flat+1)
	sp.Want = len(layout.Names)
	sp.Resume(from, 1, false)
	for {
		r, err := sp.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if r.Bad != "" || r.Torn {
			return n, t.failed("%s: %s: %s: the file %w: %w", f.label, t.at(kind, r.Off), r.Bad, errAltered, connectors.ErrDenied)
		}
		if r.Off == 0 {
			continue // the header
		}
		at, key, mark := placeIn(kind, layout, r)
		n++
		if err := do(at, key, mark, r.Cells); err != nil {
			return n, err
		}
	}
}

// placeIn is where a row stands, its key in the index, and its mark, which messages are
// not found by.
func placeIn(kind desk.Kind, layout *table.Layout, r rows.Row) (at spot, key, mark string) {
	id, version := layout.Version(r.Cells)
	at = spot{off: r.Off, size: r.End - r.Off, version: version}
	if kind == desk.KindMessage {
		ticket, _ := layout.Place(r.Cells)
		return at, messageKey(ticket, desk.ID(id)), ""
	}
	return at, indexKey(kind, desk.ID(id)), table.Unguard(r.Cells[len(r.Cells)-1])
}

// reindex takes over a file that is shorter than the journal says: the compacted
// one, if it holds as many records as there were.
func (t *Target) reindex(ctx context.Context, kind desk.Kind, f *outFile, size int64, j fileJournal) error {
	f.flat = size
	n, err := t.scan(kind, f, 0, func(spot, string, string, []string) error { return nil })
	if err != nil {
		return err
	}
	if n != j.Rows-j.Stale {
		return t.failed("%s holds %d rows and should hold %d: it %w", f.label, n, j.Rows-j.Stale, errAltered)
	}
	return t.settled(ctx, kind, f, n)
}

// settled notes that a file was compacted, and where its rows now are.
func (t *Target) settled(ctx context.Context, kind desk.Kind, f *outFile, n int64) error {
	tail, err := f.tail()
	if err != nil || t.env.DryRun {
		return err
	}
	f.stale, f.rows = 0, n
	t.journal.Files[kind] = fileJournal{Length: f.flat, Rows: n, Tail: tail}
	if err := t.saveJournal(ctx); err != nil {
		return err
	}
	return t.index(ctx, kind, f, 0)
}

// compact writes the last version of each row into a new file and puts it in the
// place of the old one. A kill before the rename leaves the old file, one after
// it the new file, which recover knows by its length.
func (t *Target) compact(ctx context.Context, kind desk.Kind, f *outFile) error {
	temp, err := os.CreateTemp(t.dir, ".compact-*")
	if err != nil {
		return t.denied(t.dir, err)
	}
	n, err := t.lastRows(ctx, kind, f, temp)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return t.denied(f.label, errors.Join(err, os.Remove(temp.Name())))
	}
	if err := os.Rename(temp.Name(), f.path); err != nil {
		return t.denied(f.label, errors.Join(err, os.Remove(temp.Name())))
	}
	if err := errors.Join(syncPath(t.dir), f.f.Close()); err != nil {
		return t.denied(f.label, err)
	}
	if f.f, err = os.OpenFile(f.path, os.O_RDWR, 0); err != nil {
		return t.denied(f.label, err)
	}
	info, err := f.f.Stat()
	if err != nil {
		return t.denied(f.label, err)
	}
	f.flat = info.Size()
	return t.settled(ctx, kind, f, n)
}

// lastRows copies the header and the rows that the index points to.
func (t *Target) lastRows(ctx context.Context, kind desk.Kind, f *outFile, to io.Writer) (n int64, err error) {
	w := bufio.NewWriterSize(to, 256<<10)
	if _, err := w.Write(rows.Append(nil, table.Columns(kind))); err != nil {
		return 0, err
	}
	_, err = t.scan(kind, f, 0, func(at spot, key, _ string, raw []string) error {
		b, err := t.env.State.Get(ctx, key)
		if err != nil || b == nil { // it was taken back
			return err
		}
		last, err := decodeSpot(b)
		if err != nil || last.off != at.off {
			return err
		}
		n++
		_, err = w.Write(rows.Append(nil, raw))
		return err
	})
	return n, errors.Join(err, w.Flush())
}
