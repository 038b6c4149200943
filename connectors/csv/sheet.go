package csv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
)

// sampleSize is how much of the beginning of a file is looked at; some pieces of
// the rest are looked at for the encoding.
const sampleSize = 256 << 10

// sheet is one open CSV file, looked at and understood.
type sheet struct {
	sheets.Sheet // Size is of what is read: of a wide file its copy in UTF-8
	f            *os.File
	temp         string // a copy to remove at the end
	cs           charset
	d            rows.Dialect
	limit        int64
}

// ready gives what is read from; s must not be copied any more.
func (s *sheet) ready() *sheets.Sheet {
	s.Bytes, s.Folder = s.f, filepath.Dir(s.Path)
	s.How = fmt.Sprintf("%s %v %v %d %d", s.cs.name, s.d, s.Width, s.Off, s.limit)
	s.About = fmt.Sprintf(", encoding %s, %s", s.cs.name, s.d)
	if s.cs.sure < likely {
		s.Doubt = guessed(s.cs)
	}
	s.Rows = func(off, line int64) sheets.Rows { return s.rows(off, line) }
	s.Clean, s.Where, s.Close = s.clean, s.where, s.close
	return &s.Sheet
}

// openSheet opens a file and finds out what the configuration leaves open. was, if
// not nil, is what an earlier look at the file found: it is not repeated while the
// file is the same.
func openSheet(c File, limit int64, temp string, was *sheet) (s *sheet, err error) {
	f, err := os.Open(c.Path)
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	s = &sheet{Sheet: sheets.Sheet{Path: c.Path, Base: filepath.Base(c.Path), Joins: c.Kind == table.JoinsKind}, f: f, limit: limit}
	if limit == 0 {
		s.limit = defaultMaxRow
	}
	if err = s.stat(); err == nil {
		if s.unchanged(was) {
			again := *was
			again.f = s.f
			return &again, nil
		}
		err = s.look(c, temp)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("csv: %s: %w", c.Path, err), s.close())
	}
	return s, nil
}

func (s *sheet) stat() error {
	info, err := s.f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("this is a folder, want a file")
	}
	if err == nil {
		s.Size, s.MTime = info.Size(), info.ModTime().UnixNano()
	}
	return err
}

// unchanged tells whether what was found still holds. A file that is read from a
// copy is looked at anew, because the copy is gone.
func (s *sheet) unchanged(was *sheet) bool {
	return was != nil && was.temp == "" && was.Path == s.Path && was.Size == s.Size && was.MTime == s.MTime
}

func (s *sheet) close() error {
	err := s.f.Close()
	if s.temp != "" {
		err = errors.Join(err, os.Remove(s.temp))
	}
	return err
}

func (s *sheet) look(c File, temp string) error {
	head, err := s.readAt(0, sampleSize)
	if err != nil {
		return err
	}
	if err := noTable(head); err != nil {
		return err
	}
	if err := s.findCharset(c, head); err != nil {
		return err
	}
	if s.cs.wide() {
		if err := s.narrowed(temp); err != nil {
			return err
		}
		if head, err = s.readAt(0, sampleSize); err != nil {
			return err
		}
	}
	if err := noText(head); err != nil {
		return err
	}
	head = head[min(s.cs.bom, len(head)):]
	s.Off, s.Line = int64(s.cs.bom), 1
	return s.findTable(c, head)
}

func (s *sheet) findCharset(c File, head []byte) error {
	samples := head
	for i := int64(1); i < 16 && s.Size > sampleSize; i++ {
		piece, err := s.readAt(s.Size/16*i, 16<<10)
		if err != nil {
			return err
		}
		// A piece may begin inside a character: from its first line end on it does not.
		_, piece, _ = bytes.Cut(piece, []byte("\n"))
		samples = append(samples[:len(samples):len(samples)], piece...)
	}
	s.cs = sniffCharset(head, samples)
	if c.Encoding != "" && c.Encoding != "auto" {
		stated, err := named(c.Encoding)
		if err != nil {
			return err
		}
		if stated.name == s.cs.name || strings.HasPrefix(stated.name, "utf-16") && strings.HasPrefix(s.cs.name, "utf-16") {
			stated.name, stated.bom = s.cs.name, s.cs.bom
		}
		s.cs = stated
	} else if s.cs.sure < 1 {
		s.Notes = append(s.Notes, guessed(s.cs))
	}
	return nil
}

// narrowed goes on with a copy in UTF-8.
func (s *sheet) narrowed(temp string) error {
	copied, err := spool(io.NewSectionReader(s.f, int64(s.cs.bom), s.Size), s.cs, temp)
	if err != nil {
		return err
	}
	err = s.f.Close()
	s.f, s.temp, s.cs.bom, s.cs.enc = copied, copied.Name(), 0, nil
	if err != nil {
		return err
	}
	info, err := copied.Stat()
	if err != nil {
		return err
	}
	s.Size = info.Size()
	return nil
}

// findTable finds dialect, header and columns.
func (s *sheet) findTable(c File, head []byte) error {
	whole := s.Off+int64(len(head)) >= s.Size
	w, err := c.wish()
	if err != nil {
		return err
	}
	d, sure, skip := sniffDialect(head, whole, w)
	if skip > 0 {
		s.Off, s.Line, head = s.Off+int64(skip), 2, head[skip:]
	}
	s.d = d
	if d.Escape != rows.AsIs && !w.escaped {
		s.Notes = append(s.Notes, fmt.Sprintf("a backslash is taken for an escape: %s: say escape: none if that is wrong", d.Escape))
	}
	if sure < 0.5 {
		s.Notes = append(s.Notes, fmt.Sprintf("the rows are uneven with %q between cells: say delimiter: if that is wrong", d.Delim))
	}
	all, places := s.sample(head, whole)
	s.Width = table.Width(all)
	h := table.FindHeader(all, s.Width, c.Header)
	s.Notes = append(s.Notes, h.Notes...)
	if h.Row >= 0 {
		s.Width = max(len(h.Names), 1)
	}
	if h.First > 0 && h.First <= len(places) {
		s.Off, s.Line = s.Off+places[h.First-1].End, s.Line+places[h.First-1].Last
	}
	s.noteShort(all[min(h.First, len(all)):])
	return s.findColumns(c, h.Names, all[min(h.First, len(all)):])
}

// sample splits the beginning of the file, decoded, with the place of each row.
func (s *sheet) sample(head []byte, whole bool) (all [][]string, places []rows.Row) {
	sp := rows.New(bytes.NewReader(head), int64(len(head)), s.d, s.limit)
	for len(all) < 1000 {
		r, err := sp.Next()
		if err != nil || r.Torn && !whole {
			break
		}
		if r.Bad != "" {
			continue
		}
		cells := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			cells[i], _ = s.cs.decode(c) // a cell that is no text is reported when it is read
		}
		all, places = append(all, cells), append(places, r)
	}
	return all, places
}

func (s *sheet) noteShort(all [][]string) {
	short := 0
	for _, r := range all {
		if len(r) < s.Width {
			short++
		}
	}
	if short > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d of the first %d rows have fewer cells than the table: a row that leaves out its last cells, between two whole rows, is taken with them empty; any other is set aside", short, len(all)))
	}
}

func (s *sheet) findColumns(c File, names []string, all [][]string) error {
	set, err := c.said().Settings()
	if err != nil {
		return err
	}
	even := all[:0:0]
	for _, r := range all {
		if len(r) == s.Width {
			even = append(even, r)
		}
	}
	if set.Kind == "" {
		found := table.FindKind(strings.TrimSuffix(s.Base, filepath.Ext(s.Base)), "file", names, even)
		set.Kind, s.Vague = found.Kind, found.Vague
		if found.Note != "" {
			s.Notes = append(s.Notes, found.Note)
		}
	}
	if set.Kind == "" && s.Size == 0 {
		return errors.New("the file is empty")
	}
	if set.Kind == "" {
		return table.ErrKind
	}
	s.Layout, err = table.Resolve(set, names, even)
	if err != nil {
		return err
	}
	if s.Exact {
		s.d.Escape, s.d.Null = rows.AsIs, false // we wrote it by RFC 4180
	}
	s.Notes = append(s.Notes, s.Layout.Notes...)
	return nil
}

func (s *sheet) readAt(off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	n, err := s.f.ReadAt(b, off)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:n], err
}

// rows splits the file from a place on.
func (s *sheet) rows(off, line int64) *rows.Splitter {
	sp := rows.New(s.f, s.Size, s.d, s.limit)
	sp.Want, sp.Pad = s.Width, !s.Exact
	sp.Resume(off, line, false)
	return sp
}

// where tells people where a row stands.
func (s *sheet) where(r rows.Row) string {
	if r.Last > r.Line {
		return fmt.Sprintf("%s, lines %d to %d (byte %d)", s.Base, r.Line, r.Last, r.Off)
	}
	return fmt.Sprintf("%s, line %d (byte %d)", s.Base, r.Line, r.Off)
}
