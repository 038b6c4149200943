package folder

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// errAltered says that a file does not fit what the state knows of it.
var errAltered = errors.New("was changed by something else since we wrote it")

// altered is a file that somebody has changed: rows taken out or rewritten, by hand or
// with a spreadsheet. What stands in it can be looked at, and what is still found in it
// can be taken back; nothing is added. Its index is made from its rows at each opening
// and is in memory only, so that the file fits again once it is put back as it was.
type altered struct {
	index map[string][]byte // as the state has it otherwise
	rows  map[string][]spot // every version of a row, by its key
	gone  []spot            // taken back and still in the file
}

// alter takes a file as it stands.
func (t *Target) alter(kind desk.Kind, f *outFile, size int64) (unread int, err error) {
	layout, err := table.Resolve(table.Settings{Kind: kind}, table.Columns(kind), nil)
	if err != nil {
		return 0, err
	}
	a := &altered{index: map[string][]byte{}, rows: map[string][]spot{}}
	t.altered[kind] = a
	f.flat = size
	sp := rows.New(f.f, size, rows.Ours(), size+1)
	sp.Want = len(layout.Names)
	for {
		r, err := sp.Next()
		switch {
		case errors.Is(err, io.EOF):
			return unread, nil
		case err != nil:
			return unread, err
		case r.Off == 0: // the header
		case r.Bad != "":
			unread++
		default:
			t.enter(kind, layout, r, a)
		}
	}
}

// enter notes one row, unless a newer version of it stands there.
func (t *Target) enter(kind desk.Kind, layout *table.Layout, r rows.Row, a *altered) {
	at, key, mark := placeIn(kind, layout, r)
	a.rows[key] = append(a.rows[key], at)
	if was, err := decodeSpot(a.index[key]); err == nil && was.version > at.version {
		return
	}
	id := []byte(table.Unguard(r.Cells[1]))
	a.index[key] = at.encode()
	if mark != "" {
		a.index[markKey(kind, mark)] = id
	}
	if natural, err := t.naturalOf(kind, r.Cells); err == nil && natural != "" {
		a.index[natural] = id
	}
}

// tellAltered says what is to be expected of a file that was changed.
func (t *Target) tellAltered(f *outFile, unread int) {
	left := ""
	if unread > 0 {
		left = fmt.Sprintf(", %d rows that cannot be read left out", unread)
	}
	t.env.Log.Warn(fmt.Sprintf("%s: %s %s: it is looked at as it stands%s, and nothing is added to it", t.o.Connector, f.label, errAltered, left))
}

// alteredOf is the file of a key of the index, if somebody has changed that.
func (t *Target) alteredOf(key string) *altered {
	if strings.HasPrefix(key, "w/t/") {
		return t.altered[desk.KindMessage]
	}
	if parts := strings.SplitN(key, "/", 4); len(parts) == 4 {
		return t.altered[desk.Kind(parts[2])]
	}
	return nil
}

// scan yields what the index has under a prefix.
func (a *altered) scan(prefix string) iter.Seq2[connectors.Entry, error] {
	return func(yield func(connectors.Entry, error) bool) {
		for key, b := range a.index {
			if strings.HasPrefix(key, prefix) && !yield(connectors.Entry{Key: key, Value: b}, nil) {
				return
			}
		}
	}
}

// mayAdd refuses to add to a folder of which somebody has changed a file.
func (t *Target) mayAdd() error {
	for kind := range t.altered {
		return &connectors.Trouble{
			Reason: connectors.ReasonConflict, Hint: "put it back as it was, or write to a new " + t.o.Place + " in a new project; deskhaul verify tells which records differ",
			Err: t.failed("%s %w: %w", t.name(kind), errAltered, connectors.ErrDenied),
		}
	}
	return nil
}

// strike takes a row out of the index and, by and by, out of its file.
func (t *Target) strike(kind desk.Kind, key string) {
	t.changed = true
	t.pending[key] = nil
	a := t.altered[kind]
	if a == nil {
		t.files[kind].stale++
		return
	}
	a.gone = append(a.gone, a.rows[key]...)
	delete(a.index, key)
	delete(a.rows, key)
}

// unwrite takes the rows that were struck out of files that somebody has changed, and
// leaves every other byte of them as it is.
func (t *Target) unwrite() error {
	for kind, a := range t.altered {
		if len(a.gone) == 0 {
			continue
		}
		f := t.files[kind]
		temp, err := os.CreateTemp(t.dir, ".compact-*")
		if err != nil {
			return t.denied(t.dir, err)
		}
		err = errors.Join(copyWithout(temp, f, a.gone), temp.Sync(), temp.Close())
		if err == nil {
			err = os.Rename(temp.Name(), f.path)
		}
		if err != nil {
			return t.denied(f.label, errors.Join(err, os.Remove(temp.Name())))
		}
		if err := t.again(kind, f); err != nil {
			return err
		}
	}
	return nil
}

// again opens a changed file that was put in the place of another.
func (t *Target) again(kind desk.Kind, f *outFile) error {
	err := errors.Join(syncPath(t.dir), f.f.Close())
	if err == nil {
		f.f, err = os.OpenFile(f.path, os.O_RDWR, 0)
	}
	if err != nil {
		return t.denied(f.label, err)
	}
	info, err := f.f.Stat()
	if err == nil {
		_, err = t.alter(kind, f, info.Size())
	}
	return err
}

// copyWithout copies a file but for some rows.
func copyWithout(to io.Writer, f *outFile, gone []spot) error {
	slices.SortFunc(gone, func(a, b spot) int { return cmp.Compare(a.off, b.off) })
	w := bufio.NewWriterSize(to, 256<<10)
	at := int64(0)
	for _, s := range append(gone, spot{off: f.flat}) {
		if _, err := io.Copy(w, io.NewSectionReader(f.f, at, s.off-at)); err != nil {
			return err
		}
		at = s.off + s.size
	}
	return w.Flush()
}

// reopenAltered goes on with a file that does not fit the journal.
func (t *Target) reopenAltered(kind desk.Kind, f *outFile, size int64) error {
	unread, err := t.alter(kind, f, size)
	if err == nil {
		t.tellAltered(f, unread)
	}
	return err
}
