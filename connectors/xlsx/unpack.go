package xlsx

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
)

// What decides what the columns are: so many rows, and bytes of them.
const (
	mostSampled = 1000
	sampleSize  = 4 << 20
)

// unpacked is a sheet whose rows lie in a temporary file.
type unpacked struct {
	tab
	file   string
	size   int64
	width  int        // columns that hold anything
	linked []int      // columns with addresses behind their texts, from 1
	behind int        // where the columns of these begin, from 0
	sample [][]string // the first rows, with their numbers
	lines  []int64
	ends   []int64 // where each of them ends in the file
	exact  bool    // we wrote it
	notes  []string
	lost   []string // of notes, what a run tells too
}

// unpacking is one sheet on its way.
type unpacking struct {
	b      *book
	out    *unpacked
	spool  *spool
	marks  marks
	hidden int
	// downwards is how many ranges are merged so.
	downwards int
	errs      map[string]int // what stood for an error, by text
}

// unpack writes the rows of a sheet into a file of a folder.
func (b *book) unpack(t tab, temp string) (u *unpacked, err error) {
	s, err := b.scan(t)
	if err != nil {
		return nil, err
	}
	p := &unpacking{b: b, out: &unpacked{tab: t}, errs: map[string]int{}}
	if p.marks, err = b.marksOf(t, s); err != nil {
		return nil, err
	}
	p.out.linked, p.downwards = p.columnsOfLinks(), len(p.marks.merged)
	f, err := os.CreateTemp(temp, "xlsx-*.rows")
	if err != nil {
		return nil, fmt.Errorf("a temporary copy: %w", err)
	}
	p.out.file, p.spool = f.Name(), newSpool(f)
	err = p.rows(s)
	if err = errors.Join(err, p.spool.w.Flush(), f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	p.out.size = p.spool.n
	p.tell(s)
	return p.out, nil
}

// columnsOfLinks lists the columns that have links: what these lead to is given in columns
// of their own, behind the others.
func (p *unpacking) columnsOfLinks() []int {
	seen := map[int]bool{}
	for at := range p.marks.links {
		seen[at[1]] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// rows goes through the sheet twice where it has links: their columns stand behind the
// last one.
func (p *unpacking) rows(s scanned) error {
	if len(p.out.linked) > 0 {
		err := p.each(s, func(_ int, cells []string, _ bool) error {
			p.out.behind = max(p.out.behind, len(cells))
			return nil
		})
		if err != nil {
			return err
		}
	}
	first := true
	return p.each(s, func(number int, cells []string, hidden bool) error {
		if first && len(cells) > 0 {
			p.out.exact, first = slices.Contains(cells, table.Marker), false
		}
		if !p.out.exact {
			cells = p.plain(number, cells)
		}
		if len(cells) == 0 {
			return nil
		}
		if hidden {
			p.hidden++
		}
		return p.add(number, cells)
	})
}

// each gives the rows that hold anything.
func (p *unpacking) each(s scanned, do func(number int, cells []string, hidden bool) error) error {
	rows, err := p.b.x.Rows(p.out.name)
	if err != nil {
		return err
	}
	number := 0
	for rows.Next() {
		number++
		cells, err := rows.Columns()
		if err != nil {
			return errors.Join(fmt.Errorf("row %d: %w", number, err), rows.Close())
		}
		if cells = trimmed(cells); len(cells) == 0 {
			continue
		}
		for i, c := range cells {
			cells[i] = p.b.shown(c)
		}
		if err := do(number, cells, rows.GetRowOpts().Hidden); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := errors.Join(rows.Error(), rows.Close()); err != nil {
		return err
	}
	if int64(number) < s.last { // the library ends in silence at XML that is none
		return damaged(p.out.part, fmt.Errorf("row %d cannot be read", number+1))
	}
	return nil
}

// trimmed takes empty cells off the end.
func trimmed(cells []string) []string {
	n := len(cells)
	for n > 0 && cells[n-1] == "" {
		n--
	}
	return cells[:n]
}

// errorCells stand for a value that a formula could not give.
var errorCells = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!"}

// plain is a row as a person sees it: merged cells filled, errors empty, what links lead
// to behind.
func (p *unpacking) plain(number int, cells []string) []string {
	cells = p.marks.fill(number, cells)
	for i, c := range cells {
		if strings.HasPrefix(c, "#") && slices.Contains(errorCells, c) {
			p.errs[c]++
			cells[i] = ""
		}
	}
	cells = trimmed(cells)
	behind := p.out.behind
	for i, col := range p.out.linked {
		address := strings.TrimPrefix(p.marks.links[[2]int{number, col}], "mailto:")
		if address == "" || col <= len(cells) && strings.Contains(cells[col-1], address) {
			continue
		}
		for len(cells) <= behind+i {
			cells = append(cells, "")
		}
		cells[behind+i] = address
	}
	return cells
}

func (p *unpacking) add(number int, cells []string) error {
	u := p.out
	u.width = max(u.width, len(cells))
	err := p.spool.add(int64(number), cells)
	if len(u.sample) < mostSampled && (p.spool.n < sampleSize || len(u.sample) < 2) {
		u.sample = append(u.sample, slices.Clone(cells))
		u.lines, u.ends = append(u.lines, int64(number)), append(u.ends, p.spool.n)
	}
	return err
}

// tell notes what a person should know of the sheet.
func (p *unpacking) tell(s scanned) {
	u := p.out
	if p.hidden > 0 {
		u.notes = append(u.notes, fmt.Sprintf("hidden rows, as by a filter: %d; they are read too", p.hidden))
	}
	if n := p.downwards; n > 0 {
		u.notes = append(u.notes, fmt.Sprintf("cells merged downwards: %d; their value is taken for each of their rows", n))
	}
	lost := func(n int64, format string, args ...any) {
		if n > 0 {
			u.lost = append(u.lost, fmt.Sprintf(format, args...))
		}
	}
	lost(s.unvalued, "formulas without a value: %d, the first in %s; they are taken as empty: open the workbook in Excel or LibreOffice, and save it", s.unvalued, s.unvaluedA)
	lost(s.formulas, "links made by a formula (HYPERLINK): %d; their texts are read, their addresses are not", s.formulas)
	for _, text := range slices.Sorted(maps.Keys(p.errs)) {
		lost(1, "cells with the error %s: %d; they are taken as empty", text, p.errs[text])
	}
	if s.cut {
		lost(1, "it has more merged cells or links than %d: those after them are not looked at", mostMarks)
	}
	u.notes = append(u.notes, u.lost...)
}
