package xlsx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
	"github.com/deskhaul/deskhaul/desk"
)

// sheet is a sheet looked at and understood; its rows are read from a temporary file.
type sheet struct {
	*unpacked
	*table.Layout
	book      string
	mtime     int64
	off, line int64 // where the rows begin
	notes     []string
	header    header // of a sheet of ours
	joins     bool
	vague     bool
}

// understand finds out what the configuration leaves open.
func understand(u *unpacked, book string, mtime int64, said table.Said) (*sheet, error) {
	s := &sheet{unpacked: u, book: book, mtime: mtime, line: 1, joins: said.Kind == table.JoinsKind, notes: u.notes}
	set, err := said.Settings()
	if err != nil {
		return nil, err
	}
	all, widest := s.even()
	h := table.FindHeader(all, widest, said.Header)
	s.notes = append(s.notes, h.Notes...)
	if h.First > 0 && h.First <= len(u.ends) {
		s.off, s.line = u.ends[h.First-1], u.lines[h.First-1]+1
	}
	if u.exact {
		s.header = headerOf(h.Names)
		h.Names = s.header.names
	} else {
		s.nameLinks(h.Names)
	}
	sample := all[min(h.First, len(all)):]
	if set.Kind == "" {
		set.Kind = s.findKind(h.Names, sample)
	}
	if set.Kind == "" {
		return s, table.ErrKind
	}
	if s.Layout, err = table.Resolve(set, h.Names, sample); err != nil {
		return nil, err
	}
	s.notes = append(s.notes, s.Notes...)
	u.sample, u.lines, u.ends = nil, nil, nil
	return s, nil
}

// even fills the sample's rows up to the width of the sheet; widest is how many cells of a
// row are filled at most.
func (s *sheet) even() (all [][]string, widest int) {
	for _, r := range s.sample {
		filled := 0
		for _, c := range r {
			if strings.TrimSpace(c) != "" {
				filled++
			}
		}
		widest = max(widest, filled)
		all = append(all, append(r[:len(r):len(r)], make([]string, s.width-len(r))...))
	}
	return all, widest
}

// nameLinks names the columns that hold what links lead to.
func (s *sheet) nameLinks(names []string) {
	for i, col := range s.linked {
		at := s.behind + i
		if at >= len(names) || col > len(names) {
			continue
		}
		names[at] = names[col-1] + " (link)"
		if len(s.linked) == 1 && !has(names, "link") {
			names[at] = "link"
		}
	}
}

func has(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// findKind goes by the sheet's name and columns, and where these say nothing for sure by
// the workbook's name.
func (s *sheet) findKind(names []string, sample [][]string) desk.Kind {
	found := table.FindKind(s.name, "sheet", names, sample)
	if found.Kind == "" || found.Vague {
		base := filepath.Base(s.book)
		by := table.FindKind(strings.TrimSuffix(base, filepath.Ext(base)), "workbook", names, sample)
		if by.Kind != "" && !by.Vague {
			found = by
		}
	}
	s.vague = found.Vague
	if found.Note != "" {
		s.notes = append(s.notes, found.Note)
	}
	return found.Kind
}

// base is what people call it.
func (s *sheet) base() string { return filepath.Base(s.book) + ", sheet " + s.name }

// open opens it to be read once.
func (s *sheet) open() (*sheets.Sheet, error) {
	f, err := os.Open(s.file)
	if err != nil {
		return nil, fmt.Errorf("xlsx: the temporary copy of %s: %w: run again", s.base(), err)
	}
	doubt := strings.Join(s.lost, "; ")
	if s.Exact {
		doubt = ""
	}
	return &sheets.Sheet{
		Path: s.book + "#" + s.name, Base: s.base(), Bytes: f, Size: s.size, MTime: s.mtime,
		Off: s.off, Line: s.line, Width: len(s.Names), Layout: s.Layout, Notes: s.notes, Joins: s.joins, Vague: s.vague,
		How: fmt.Sprint(s.off), Doubt: doubt, Folder: filepath.Dir(s.book),
		Rows:  func(off, line int64) sheets.Rows { return newReader(f, s.size, off, line) },
		Clean: s.clean,
		Where: func(r rows.Row) string { return fmt.Sprintf("%s, row %d", s.base(), r.Line) },
		Close: f.Close,
	}, nil
}

// clean gives the cells of a row as the layout takes them.
func (s *sheet) clean(r *rows.Row) ([]string, bool) {
	if s.Exact {
		r.Cells = s.header.cells(s.Kind, r.Cells)
	}
	return r.Cells, true
}

// remove takes the temporary file away.
func (s *sheet) remove() error {
	if err := os.Remove(s.file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
