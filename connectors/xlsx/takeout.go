package xlsx

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/folder"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// takeOut writes the rows of the workbook into the folder, to the letter as they were
// written before they went into it: what somebody has changed there shows.
func (t *target) takeOut() error {
	sum, err := sumOf(t.book)
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	dir := t.dir
	if !t.env.DryRun {
		dir += half
		if err := os.Mkdir(dir, 0o700); err != nil {
			return denied(dir, err)
		}
	}
	b, err := openBook(t.book, 1<<40, t.env.Temp) // we wrote it, and it may be large
	if err != nil {
		return err
	}
	err = t.tables(b, dir)
	if err = errors.Join(err, b.close()); err != nil || t.env.DryRun {
		return err
	}
	if err := (claim{Was: sum}).write(dir); err != nil {
		return denied(dir, err)
	}
	if err := errors.Join(os.Rename(dir, t.dir), syncPath(filepath.Dir(t.dir))); err != nil {
		return denied(t.dir, err)
	}
	return nil
}

// tables writes a table of each kind that the workbook has.
func (t *target) tables(b *book, dir string) error {
	tables := map[desk.Kind]*csvFile{}
	for _, one := range b.tabs {
		kind, ok := kindOfTab(one.name)
		if !ok || one.hidden {
			if err := t.strange("the sheet "+strconv.Quote(one.name), one.hidden && ok); err != nil {
				return err
			}
			if !ok {
				continue
			}
		}
		if tables[kind] == nil {
			f, err := newTable(filepath.Join(dir, folder.FileOf(kind)), kind)
			if err != nil {
				return denied(dir, err)
			}
			tables[kind] = f
		}
		if err := t.rowsOf(b, one, kind, tables[kind]); err != nil {
			return err
		}
	}
	var errs []error
	for _, f := range tables {
		errs = append(errs, f.close())
	}
	if err := errors.Join(errs...); err != nil {
		return denied(dir, err)
	}
	return nil
}

// strange refuses to write a workbook anew that has something of somebody else, which
// would be lost.
func (t *target) strange(what string, ours bool) error {
	if ours || t.env.DryRun {
		return nil
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonConflict, Hint: "move it to a workbook of its own, and run the same command again",
		Err: fmt.Errorf("xlsx: %s: %s was added by somebody else, and would be lost when the workbook is written anew: %w", t.book, what, connectors.ErrDenied),
	}
}

// rowsOf adds the rows of one sheet to its table.
func (t *target) rowsOf(b *book, one tab, kind desk.Kind, to *csvFile) error {
	u, err := b.unpack(one, t.env.Temp)
	if err != nil {
		return fmt.Errorf("xlsx: %s, sheet %s: %w", t.book, one.name, err)
	}
	f, err := os.Open(u.file)
	if err != nil {
		return fmt.Errorf("xlsx: a temporary copy: %w", err)
	}
	err = t.copyRows(newReader(f, u.size, 0, 1), kind, to, one.name)
	return errors.Join(err, f.Close(), os.Remove(u.file))
}

func (t *target) copyRows(in *reader, kind desk.Kind, to *csvFile, name string) error {
	columns := table.Columns(kind)
	first, err := in.Next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	h := headerOf(slices.Clone(first.Cells))
	for _, column := range h.strays(columns) {
		if err := t.strange(fmt.Sprintf("the column %q of the sheet %s", column, name), false); err != nil {
			return err
		}
	}
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if at := h.beside(r.Cells); at > 0 {
			cell, _ := excelize.CoordinatesToCellName(at, int(r.Line)) // a name, whatever it is
			if err := t.strange(fmt.Sprintf("the cell %s of the sheet %s", cell, name), false); err != nil {
				return err
			}
		}
		cells := h.cells(kind, r.Cells)
		row := make([]string, len(columns))
		for i, column := range columns {
			if at := slices.Index(h.names, column); at >= 0 {
				row[i] = cells[at]
			}
		}
		if err := to.add(row); err != nil {
			return denied(to.f.Name(), err)
		}
	}
}

// kindOfTab reads the name of a sheet of ours: messages, or messages 2.
func kindOfTab(name string) (desk.Kind, bool) {
	plural, number, further := strings.Cut(name, " ")
	if n, err := strconv.Atoi(number); further && (err != nil || n < 2) {
		return "", false
	}
	for _, kind := range table.Sheets() {
		if table.Plural(kind) == plural {
			return kind, true
		}
	}
	return "", false
}

// csvFile is a table that is being written.
type csvFile struct {
	f   *os.File
	w   *bufio.Writer
	buf []byte
}

func newTable(path string, kind desk.Kind) (*csvFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	t := &csvFile{f: f, w: bufio.NewWriterSize(f, 256<<10)}
	return t, t.add(table.Columns(kind))
}

func (t *csvFile) add(cells []string) error {
	t.buf = rows.Append(t.buf[:0], cells)
	_, err := t.w.Write(t.buf)
	return err
}

func (t *csvFile) close() error { return errors.Join(t.w.Flush(), t.f.Sync(), t.f.Close()) }
