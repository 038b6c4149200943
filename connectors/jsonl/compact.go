package jsonl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
)

// compact rewrites the file with one line for each record and puts it in the
// place of the old one by renaming. A kill before the rename leaves the old file
// and its journal; a kill after it leaves a file that the journal does not fit,
// which is indexed anew at the next opening. The caller holds the lock, and
// everything is durable.
func (t *target) compact(ctx context.Context) error {
	temp := t.cfg.Path + ".compact"
	out, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return connectors.StopIfFull(err)
	}
	if err := connectors.Private(out); err != nil { // a killed run may have left one
		return errors.Join(err, out.Close())
	}
	next := index{state: t.index.state, pending: map[string]spot{}, journal: journal{Gen: t.index.journal.Gen + 1}}
	err = next.drop(ctx, next.journal.Gen)
	var end int64
	if err == nil {
		end, err = t.copyLatest(ctx, out, &next)
	}
	if err = errors.Join(err, out.Sync()); err != nil {
		return errors.Join(fmt.Errorf("compact %s: %w", t.cfg.Path, connectors.StopIfFull(err)), out.Close(), os.Remove(temp))
	}
	if err := errors.Join(os.Rename(temp, t.cfg.Path), syncDir(filepath.Dir(t.cfg.Path))); err != nil {
		return errors.Join(connectors.StopIfFull(err), out.Close())
	}
	old := t.index.journal.Gen
	err = next.commit(ctx, out, end)
	if err == nil {
		err = next.drop(ctx, old)
	}
	t.index, t.end = next, end
	return errors.Join(err, out.Close())
}

// copyLatest copies the lines that no newer version has replaced, and those that
// are no records and not ours to throw away.
func (t *target) copyLatest(ctx context.Context, out *os.File, next *index) (end int64, err error) {
	w := bufio.NewWriterSize(out, 256<<10)
	ls := newLines(io.NewSectionReader(t.f, 0, t.end), 0, 0)
	for {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return end, w.Flush()
		}
		if err != nil {
			return end, err
		}
		rec, err := decode(ln.text)
		if err == nil && !ln.long {
			at, err := t.index.get(ctx, rec.Kind(), rec.About().ID)
			if err != nil {
				return end, err
			}
			if at.Offset != ln.start {
				continue
			}
			at.Offset = end
			if err := next.put(ctx, next.key(rec.Kind(), rec.About().ID), at); err != nil {
				return end, err
			}
		}
		n, err := io.Copy(w, io.NewSectionReader(t.f, ln.start, ln.end-ln.start))
		if end += n; err != nil {
			return end, err
		}
	}
}
