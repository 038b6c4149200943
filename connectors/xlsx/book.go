package xlsx

import (
	"archive/zip"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// inMemory is how much of one part of a workbook the library holds in memory; more is
// kept in a temporary file.
const inMemory = 1 << 20

// book is one open workbook.
type book struct {
	path     string
	file     *os.File
	zip      *zip.Reader
	x        *excelize.File
	from1904 bool
	word     string // see styles.go
	tabs     []tab
}

// tab is a sheet of a workbook.
type tab struct {
	name, part string
	hidden     bool
}

// openBook opens a workbook that unpacks to no more than limit bytes. Temporary files go
// into a folder.
func openBook(name string, limit int64, temp string) (b *book, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	b = &book{path: name, file: f, word: "\ue000" + rand.Text()[:8]}
	if err = b.open(limit, temp); err != nil {
		return nil, errors.Join(fmt.Errorf("xlsx: %s: %w", name, err), b.close())
	}
	return b, nil
}

func (b *book) open(limit int64, temp string) error {
	info, err := b.file.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("this is a folder, want a workbook")
	}
	if err == nil {
		err = kindOfFile(b.file, info.Size())
	}
	if err != nil {
		return err
	}
	if b.zip, err = zip.NewReader(b.file, info.Size()); err != nil {
		return damaged("its end", err)
	}
	if err := inspect(b.zip, limit); err != nil {
		return err
	}
	b.x, err = excelize.OpenFile(b.path, excelize.Options{TmpDir: temp, UnzipSizeLimit: limit + 1, UnzipXMLSizeLimit: min(inMemory, limit)})
	if err != nil {
		return fmt.Errorf("it cannot be opened: %w: open it in Excel and save it again", err)
	}
	if b.x.Styles != nil && b.x.Styles.CellXfs != nil { // else numbers are as they are
		if err := plainNumbers(b.x, b.word); err != nil {
			return fmt.Errorf("its formats cannot be read: %w", err)
		}
	}
	return b.findTabs()
}

func (b *book) close() error {
	var errs []error
	if b.x != nil {
		errs = append(errs, b.x.Close())
	}
	return errors.Join(append(errs, b.file.Close())...)
}

// findTabs lists the sheets and where their rows are.
func (b *book) findTabs() error {
	const part = "xl/workbook.xml"
	var all struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Any   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(part, &all); err != nil {
		return err
	}
	b.from1904 = all.Properties.Date1904 == "1" || strings.EqualFold(all.Properties.Date1904, "true")
	r, err := b.part(relsOf(part))
	if err != nil {
		return err
	}
	targets, err := relations(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return damaged(relsOf(part), err)
	}
	for _, s := range all.Sheets {
		if s.ID == "" {
			s.ID = s.Any // of the strict kind of ISO 29500
		}
		to := targets[s.ID]
		if strings.HasSuffix(to.Type, "/worksheet") { // and no sheet of a chart
			b.tabs = append(b.tabs, tab{name: s.Name, part: partOf(part, to.Target), hidden: s.State != "" && s.State != "visible"})
		}
	}
	return nil
}

// relsOf is the part that has the addresses which another names.
func relsOf(part string) string { return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels") }

func (b *book) decode(part string, into any) error {
	r, err := b.part(part)
	if err != nil {
		return err
	}
	err = xml.NewDecoder(r).Decode(into)
	if err = errors.Join(err, r.Close()); err != nil {
		return damaged(part, err)
	}
	return nil
}

// part opens a part of the workbook.
func (b *book) part(name string) (io.ReadCloser, error) {
	for _, f := range b.zip.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f.Open()
		}
	}
	return nil, damaged(name, fs.ErrNotExist)
}

// scan looks at what the library does not give with the rows of a sheet.
func (b *book) scan(t tab) (scanned, error) {
	r, err := b.part(t.part)
	if err != nil {
		return scanned{}, err
	}
	s, err := scan(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return s, damaged(t.part, err)
	}
	if !s.ended {
		return s, damaged(t.part, io.ErrUnexpectedEOF)
	}
	return s, nil
}
