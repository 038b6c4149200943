package xlsx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// marks are what belongs to cells and stands elsewhere in a sheet.
type marks struct {
	merged []merged          // in the order of their first rows: those that no row reached yet
	now    []merged          // those that reach the row
	links  map[[2]int]string // row and column to an address
}

// merged is a column of merged cells, of which only the first has the value.
type merged struct {
	col, first, last int // from 1
	value            string
}

// marksOf takes from a scan what changes what rows say: cells merged downwards, whose
// value is that of each row, and addresses behind texts.
func (b *book) marksOf(t tab, s scanned) (marks, error) {
	m := marks{links: map[[2]int]string{}}
	for _, ref := range s.merges {
		if at, ok := corners(ref); ok && at[3] > at[1] {
			m.merged = append(m.merged, merged{col: at[0], first: at[1], last: at[3]})
		}
	}
	slices.SortFunc(m.merged, func(a, b merged) int { return cmp.Compare(a.first, b.first) })
	named := map[string]relation{}
	if slices.ContainsFunc(s.links, func(l link) bool { return l.id != "" }) {
		r, err := b.part(relsOf(t.part))
		if err != nil {
			return m, err
		}
		named, err = relations(r)
		if cerr := r.Close(); err != nil || cerr != nil {
			return m, damaged(relsOf(t.part), cmp.Or(err, cerr))
		}
	}
	for _, l := range s.links {
		target := named[l.id].Target
		at, ok := corners(l.ref)
		if !ok || !strings.Contains(target, ":") { // a place in this workbook
			continue
		}
		if l.location != "" {
			target += "#" + l.location
		}
		for row := at[1]; row <= min(at[3], at[1]+mostMarks) && len(m.links) < mostMarks; row++ {
			m.links[[2]int{row, at[0]}] = target
		}
	}
	return m, nil
}

// corners reads a range as column and row of its first and last cell.
func corners(ref string) (at [4]int, ok bool) {
	from, to, found := strings.Cut(strings.ReplaceAll(ref, "$", ""), ":")
	if !found {
		to = from
	}
	for i, cell := range []string{from, to} {
		col, row, err := excelize.CellNameToCoordinates(cell)
		if err != nil {
			return at, false
		}
		at[2*i], at[2*i+1] = col, row
	}
	return at, true
}

// fill gives the cells of a row what merged ones above say. Rows come in order; one that
// is empty but for that stays empty.
func (m *marks) fill(row int, cells []string) []string {
	m.now = slices.DeleteFunc(m.now, func(one merged) bool { return one.last < row })
	empty := !slices.ContainsFunc(cells, func(c string) bool { return c != "" })
	for _, one := range m.now {
		if empty {
			break
		}
		for len(cells) < one.col {
			cells = append(cells, "")
		}
		if cells[one.col-1] == "" {
			cells[one.col-1] = one.value
		}
	}
	for len(m.merged) > 0 && m.merged[0].first <= row {
		one := m.merged[0]
		m.merged = m.merged[1:]
		if one.first == row && one.col <= len(cells) && cells[one.col-1] != "" {
			one.value = cells[one.col-1]
			m.now = append(m.now, one)
		}
	}
	return cells
}
