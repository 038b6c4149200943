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
	"github.com/deskhaul/deskhaul/desk"
)

// sampleSize is how much of the beginning of a file is looked at; some pieces of
// the rest are looked at for the encoding.
const sampleSize = 256 << 10

// sheet is one open CSV file, looked at and understood.
type sheet struct {
	path, base string
	size       int64 // of what is read: of a wide file its copy in UTF-8
	mtime      int64 // of the file, nanoseconds
	f          *os.File
	temp       string // a copy to remove at the end
	cs         charset
	d          dialect
	want       int
	off, line  int64 // where the rows begin
	limit      int64
	*table.Layout
	notes []string
	joins bool // a sheet of messages that holds none; see joins
	vague bool // what the rows are is not clear from name and columns
}

// errKind is the error for a file whose kind is neither stated nor clear.
var errKind = errors.New("it cannot be told what the rows are: say kind: tickets, messages, contacts, organizations, groups, agents or categories")

// openSheet opens a file and finds out what the configuration leaves open. was, if
// not nil, is what an earlier look at the file found: it is not repeated while the
// file is the same.
func openSheet(c File, limit int64, temp string, was *sheet) (s *sheet, err error) {
	f, err := os.Open(c.Path)
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	s = &sheet{path: c.Path, base: filepath.Base(c.Path), f: f, limit: limit, joins: c.Kind == joins}
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
		s.size, s.mtime = info.Size(), info.ModTime().UnixNano()
	}
	return err
}

// unchanged tells whether what was found still holds. A file that is read from a
// copy is looked at anew, because the copy is gone.
func (s *sheet) unchanged(was *sheet) bool {
	return was != nil && was.temp == "" && was.path == s.path && was.size == s.size && was.mtime == s.mtime
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
	s.off, s.line = int64(s.cs.bom), 1
	return s.findTable(c, head)
}

func (s *sheet) findCharset(c File, head []byte) error {
	samples := head
	for i := int64(1); i < 16 && s.size > sampleSize; i++ {
		piece, err := s.readAt(s.size/16*i, 16<<10)
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
		s.notes = append(s.notes, guessed(s.cs))
	}
	return nil
}

// narrowed goes on with a copy in UTF-8.
func (s *sheet) narrowed(temp string) error {
	copied, err := spool(io.NewSectionReader(s.f, int64(s.cs.bom), s.size), s.cs, temp)
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
	s.size = info.Size()
	return nil
}

// findTable finds dialect, header and columns.
func (s *sheet) findTable(c File, head []byte) error {
	whole := s.off+int64(len(head)) >= s.size
	w, err := c.wish()
	if err != nil {
		return err
	}
	d, sure, skip := sniffDialect(head, whole, w)
	if skip > 0 {
		s.off, s.line, head = s.off+int64(skip), 2, head[skip:]
	}
	s.d = d
	if d.escape != asIs && !w.escaped {
		s.notes = append(s.notes, fmt.Sprintf("a backslash is taken for an escape: %s: say escape: none if that is wrong", d.escape))
	}
	if sure < 0.5 {
		s.notes = append(s.notes, fmt.Sprintf("the rows are uneven with %q between cells: say delimiter: if that is wrong", d.delim))
	}
	rows, places := s.sample(head, whole)
	s.want = width(rows)
	h := table.FindHeader(rows, s.want, c.Header)
	s.notes = append(s.notes, h.Notes...)
	if h.Row >= 0 {
		s.want = max(len(h.Names), 1)
	}
	if h.First > 0 && h.First <= len(places) {
		s.off, s.line = s.off+places[h.First-1].end, s.line+places[h.First-1].last
	}
	s.noteShort(rows[min(h.First, len(rows)):])
	return s.findColumns(c, h.Names, rows[min(h.First, len(rows)):])
}

// sample splits the beginning of the file, decoded, with the place of each row.
func (s *sheet) sample(head []byte, whole bool) (rows [][]string, places []row) {
	sp := newSplitter(bytes.NewReader(head), int64(len(head)), s.d, s.limit)
	for len(rows) < 1000 {
		r, err := sp.next()
		if err != nil || r.torn && !whole {
			break
		}
		if r.bad != "" {
			continue
		}
		cells := make([]string, len(r.cells))
		for i, c := range r.cells {
			cells[i], _ = s.cs.decode(c) // a cell that is no text is reported when it is read
		}
		rows, places = append(rows, cells), append(places, r)
	}
	return rows, places
}

func (s *sheet) noteShort(rows [][]string) {
	short := 0
	for _, r := range rows {
		if len(r) < s.want {
			short++
		}
	}
	if short > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%d of the first %d rows have fewer cells than the table: a row that leaves out its last cells, between two whole rows, is taken with them empty; any other is set aside", short, len(rows)))
	}
}

func (s *sheet) findColumns(c File, names []string, rows [][]string) error {
	set, err := c.settings()
	if err != nil {
		return err
	}
	even := rows[:0:0]
	for _, r := range rows {
		if len(r) == s.want {
			even = append(even, r)
		}
	}
	if set.Kind == "" {
		set.Kind = s.findKind(names, even)
	}
	if set.Kind == "" && s.size == 0 {
		return errors.New("the file is empty")
	}
	if set.Kind == "" {
		return errKind
	}
	s.Layout, err = table.Resolve(set, names, even)
	if err != nil {
		return err
	}
	if s.Exact {
		s.d.escape, s.d.null = asIs, false // we wrote it by RFC 4180
	}
	s.notes = append(s.notes, s.Notes...)
	return nil
}

// findKind goes by the file's name and by its columns. What only part of the name
// or likely columns say is vague: it does for a file that was named, not for one
// that lies in a folder.
func (s *sheet) findKind(names []string, rows [][]string) desk.Kind {
	name := strings.TrimSuffix(s.base, filepath.Ext(s.base))
	kind, byName := table.SheetKind(name, names, rows)
	if kind == "" {
		kind, byName, s.vague = table.KindInName(name), true, true
	}
	if kind == "" {
		kind, byName = table.GuessKind(names, rows), false
	}
	switch {
	case kind == "":
	case s.vague && !byName:
		s.notes = append(s.notes, fmt.Sprintf("the rows are guessed to be %s by their columns: say kind: if that is wrong", plural(kind)))
	case !byName:
		s.notes = append(s.notes, fmt.Sprintf("the rows are taken for %s because of the columns: say kind: if that is wrong", plural(kind)))
	case name+".csv" != fileOf(kind):
		s.notes = append(s.notes, fmt.Sprintf("the rows are taken for %s because of the file's name: say kind: if that is wrong", plural(kind)))
	}
	return kind
}

func plural(kind desk.Kind) string { return strings.TrimSuffix(fileOf(kind), ".csv") }

func (s *sheet) readAt(off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	n, err := s.f.ReadAt(b, off)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:n], err
}

// rows splits the file from a place on.
func (s *sheet) rows(off, line int64) *splitter {
	sp := newSplitter(s.f, s.size, s.d, s.limit)
	sp.want, sp.pad = s.want, !s.Exact
	sp.seek(off, line)
	return sp
}
