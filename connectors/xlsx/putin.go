package xlsx

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/folder"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// mostRows is how many rows a sheet has below its header (Excel's specifications and
// limits); further ones stand in a further sheet.
const mostRows = 1<<20 - 1

// putIn writes the workbook of the rows and puts it in the place of the old one.
func (t *target) putIn() error {
	temp := partOfBook(t.book)
	w := &writer{x: excelize.NewFile(excelize.Options{TmpDir: t.env.Temp}), perSheet: mostRows}
	err := w.write(t.dir, temp)
	if err = errors.Join(err, w.x.Close()); err != nil {
		return errors.Join(err, removed(temp))
	}
	sum, err := sumOf(temp)
	if err != nil {
		return err
	}
	c, _ := readClaim(t.dir) // without one the folder would have been thrown away
	c.Next = sum
	if err := c.write(t.dir); err != nil {
		return errors.Join(err, removed(temp))
	}
	return errors.Join(os.Rename(temp, t.book), syncPath(filepath.Dir(t.book)))
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writer writes a workbook of a folder of tables.
type writer struct {
	x                *excelize.File
	perSheet         int
	date, text, head int // styles
	sheets           int
}

func (w *writer) write(dir, to string) error {
	var err error
	styles := []struct {
		to    *int
		style excelize.Style
	}{
		{&w.date, excelize.Style{CustomNumFmt: new("yyyy-mm-dd hh:mm:ss")}},
		{&w.text, excelize.Style{NumFmt: 49}}, // text: what begins with = stays one, also when somebody edits it
		{&w.head, excelize.Style{Font: &excelize.Font{Bold: true}}},
	}
	for _, s := range styles {
		if *s.to, err = w.x.NewStyle(&s.style); err != nil {
			return err
		}
	}
	for _, kind := range table.Sheets() {
		if err := w.kind(kind, filepath.Join(dir, folder.FileOf(kind))); err != nil {
			return err
		}
	}
	if w.sheets > 0 {
		if err := w.x.DeleteSheet("Sheet1"); err != nil {
			return err
		}
		at, err := w.x.GetSheetIndex(table.Plural(desk.KindTicket)) // what people look for first
		if err != nil {
			return err
		}
		w.x.SetActiveSheet(max(at, 0))
	}
	return w.save(to)
}

// save writes the file: the library would hold all of it in memory first.
func (w *writer) save(to string) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w.x.ZipWriter = func(io.Writer) excelize.ZipWriter { return unmaskingZip{zip.NewWriter(f)} }
	_, err = w.x.WriteTo(io.Discard)
	return errors.Join(err, f.Sync(), f.Close())
}

// unmaskingZip is a zip in whose sheets texts are unmasked.
type unmaskingZip struct{ *zip.Writer }

// Create begins a part.
func (z unmaskingZip) Create(name string) (io.Writer, error) {
	w, err := z.Writer.Create(name)
	if err == nil && strings.HasPrefix(name, "xl/worksheets/") {
		w = &unmasker{w: w}
	}
	return w, err
}

// kind writes the rows of a kind.
func (w *writer) kind(kind desk.Kind, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	parts := make([]int, len(table.Columns(kind)))
	err = eachRow(f, info.Size(), func(cells []string) error {
		for i := range min(len(cells), len(parts)) {
			parts[i] = max(parts[i], len(halves(table.Unguard(cells[i]))))
		}
		return nil
	})
	if err != nil {
		return err
	}
	s := &sheetWriter{w: w, kind: kind, parts: parts}
	if err := s.begin(); err != nil {
		return err
	}
	if err := eachRow(f, info.Size(), s.row); err != nil {
		return err
	}
	return s.end()
}

// eachRow gives the rows of a table of ours, as they stand in it.
func eachRow(f *os.File, size int64, do func([]string) error) error {
	in := rows.New(f, size, rows.Ours(), size+1)
	for first := true; ; first = false {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && !first && r.Bad == "" {
			err = do(r.Cells)
		}
		if err != nil {
			return err
		}
	}
}

// sheetName is the name of the n-th sheet of a kind.
func sheetName(kind desk.Kind, n int) string {
	if n == 1 {
		return table.Plural(kind)
	}
	return table.Plural(kind) + " " + strconv.Itoa(n)
}
