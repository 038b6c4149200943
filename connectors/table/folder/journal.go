package folder

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// journal is what the state keeps of the files: what we wrote behind these lengths
// was not safe when a run was killed, and is cut off; see takeIn.
type journal struct {
	Files map[desk.Kind]fileJournal `json:"files"`
}

type fileJournal struct {
	Length  int64  `json:"length"`
	Indexed int64  `json:"indexed"` // up to here the index in the state is complete
	Stale   int64  `json:"stale"`
	Rows    int64  `json:"rows"`
	Tail    string `json:"tail"` // hash of the last 4 KiB
}

const journalKey = "w/journal"

// recover opens the files as the journal knows them.
func (t *Target) recover(ctx context.Context) error {
	b, err := t.env.State.Get(ctx, journalKey)
	if err != nil {
		return err
	}
	t.journal.Files = map[desk.Kind]fileJournal{}
	if b != nil {
		if err := json.Unmarshal(b, &t.journal); err != nil {
			return t.failed("the state of %s cannot be read: %w", t.dir, err)
		}
	}
	for _, kind := range table.Sheets() {
		if err := t.reopen(ctx, kind); err != nil {
			return err
		}
	}
	if err := t.takeIn(ctx); err != nil || t.env.DryRun {
		return err
	}
	return errors.Join(t.sweep(), t.known())
}

// sweep removes what a killed run left half written.
func (t *Target) sweep() error {
	var errs []error
	for _, pattern := range []string{filepath.Join(globEscape(t.o.Files), ".part-*"), filepath.Join(globEscape(t.dir), ".compact-*")} {
		left, err := filepath.Glob(pattern)
		errs = append(errs, err)
		for _, path := range left {
			errs = append(errs, os.Remove(path))
		}
	}
	return errors.Join(errs...)
}

func globEscape(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// reopen opens one file and completes the index up to the journalled length.
func (t *Target) reopen(ctx context.Context, kind desk.Kind) error {
	j, known := t.journal.Files[kind]
	info, err := os.Stat(t.path(kind))
	switch {
	case err != nil && !known:
		return nil
	case err != nil:
		return t.failed("%s was written by an earlier run and is gone: put it back, or write to a new %s: %w", t.name(kind), t.o.Place, connectors.ErrDenied)
	case !known && info.Size() == 0, !known && t.leftover(kind):
		if t.env.DryRun {
			return nil
		}
		return os.Remove(t.path(kind)) // made by a run that was killed before anything was safe
	case !known:
		return t.failed("%s is there already and was not written by this project: write to an empty folder: %w", t.name(kind), connectors.ErrDenied)
	}
	mode := os.O_RDWR
	if t.env.DryRun {
		mode = os.O_RDONLY
	}
	f, err := os.OpenFile(t.path(kind), mode, 0)
	if err != nil {
		return t.denied(t.name(kind), err)
	}
	out := &outFile{path: t.path(kind), label: t.name(kind), f: f, flat: j.Length, stale: j.Stale, rows: j.Rows}
	t.files[kind] = out
	if info.Size() < j.Length { // compacted, and killed before that was written down
		err := t.reindex(ctx, kind, out, info.Size(), j)
		switch {
		case errors.Is(err, errAltered):
			err = t.reopenAltered(kind, out, info.Size())
		case err == nil && t.env.DryRun:
			_, err = t.alter(kind, out, info.Size()) // the state's index is of the old one
		}
		return err
	}
	tail, err := out.tail()
	if err != nil {
		return err
	}
	if tail != j.Tail {
		return t.reopenAltered(kind, out, info.Size())
	}
	return t.index(ctx, kind, out, j.Indexed)
}

func (f *outFile) tail() (string, error) {
	from := max(0, f.flat-4<<10)
	b := make([]byte, f.flat-from)
	if _, err := f.f.ReadAt(b, from); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return rows.Sum(b), nil
}

// sync makes rows and attachments safe; once it failed it goes on failing.
func (t *Target) sync(ctx context.Context) error {
	if t.lost == nil {
		t.lost = t.safe(ctx)
	}
	return t.lost
}

// safe makes rows and attachments safe, then says so in the state: first the
// lengths, then the index, then that the index is complete. A run that is killed
// in between completes it from the rows.
func (t *Target) safe(ctx context.Context) error {
	if t.env.DryRun {
		return nil
	}
	for _, path := range t.fresh {
		if err := syncPath(path); err != nil {
			return t.denied(path, err)
		}
	}
	if len(t.fresh) > 0 {
		if err := syncPath(t.o.Files); err != nil {
			return t.denied(t.dir, err)
		}
	}
	t.fresh = t.fresh[:0]
	if err := t.unwrite(); err != nil {
		return err
	}
	if err := t.saidBefore(); err != nil {
		return t.denied(t.dir, err)
	}
	changed := false
	for kind, f := range t.files {
		grown, err := t.settle(kind, f)
		if err != nil {
			return t.denied(f.label, err)
		}
		changed = changed || grown
	}
	if !changed && len(t.pending) == 0 {
		return nil
	}
	if err := syncPath(t.dir); err != nil {
		return t.denied(t.dir, err)
	}
	if err := t.saveJournal(ctx); err != nil {
		return err
	}
	for key, value := range t.pending {
		var err error
		if value == nil {
			err = t.env.State.Delete(ctx, key)
		} else {
			err = t.env.State.Put(ctx, key, value)
		}
		if err != nil {
			return err
		}
	}
	clear(t.pending)
	for kind, j := range t.journal.Files {
		j.Indexed = j.Length
		t.journal.Files[kind] = j
	}
	return t.saveJournal(ctx)
}

// settle makes one file safe and notes its length; true if it grew.
func (t *Target) settle(kind desk.Kind, f *outFile) (bool, error) {
	j := t.journal.Files[kind]
	if t.altered[kind] != nil || len(f.buf) == 0 && f.flat == j.Length && f.stale == j.Stale {
		return false, nil
	}
	if err := errors.Join(f.flush(), f.f.Sync()); err != nil {
		return false, err
	}
	tail, err := f.tail()
	j.Length, j.Stale, j.Rows, j.Tail = f.flat, f.stale, f.rows, tail
	t.journal.Files[kind] = j
	return true, err
}

func (t *Target) saveJournal(ctx context.Context) error {
	b, err := json.Marshal(t.journal)
	if err != nil {
		return err
	}
	return t.env.State.Put(ctx, journalKey, b)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
