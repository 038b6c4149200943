package xlsx

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// A sheet that we wrote has the columns of the tables that we write, behind them further
// ones for texts that are longer than a cell: "text (2)", "text (3)". Its cells are typed,
// and read back they are, to the letter, those of a table.

// nextOf names the n-th column of a text.
func nextOf(name string, n int) string { return name + " (" + strconv.Itoa(n) + ")" }

// header is the header of a sheet of ours: the columns of a table, and of each that stands
// behind these the one that it goes on with.
type header struct {
	names  []string
	goOn   []int    // -1 none
	others []string // names of columns behind, that go on with none
}

func headerOf(names []string) header {
	for i, name := range names {
		if base := strings.Split(name, " (")[0]; base == "" || base == name || !slices.Contains(names[:i], base) {
			continue
		}
		h := header{names: names[:i]}
		for _, further := range names[i:] {
			at := slices.Index(h.names, strings.Split(further, " (")[0])
			if h.goOn = append(h.goOn, at); at < 0 && further != "" {
				h.others = append(h.others, further)
			}
		}
		return h
	}
	return header{names: names}
}

// strays are columns that are none of a table, by their names.
func (h header) strays(columns []string) []string {
	var out []string
	for _, name := range h.names {
		if name != "" && !slices.Contains(columns, name) {
			out = append(out, name)
		}
	}
	return append(out, h.others...)
}

// beside is the first column, from 1, in which a row has something that belongs to no
// column; 0 there is none.
func (h header) beside(cells []string) int {
	for i, c := range cells {
		named := i < len(h.names) && h.names[i] != "" || i >= len(h.names) && i < len(h.names)+len(h.goOn) && h.goOn[i-len(h.names)] >= 0
		if c != "" && !named {
			return i + 1
		}
	}
	return 0
}

// cells makes the cells of a row those of a table, guarded as they stand in one.
func (h header) cells(kind desk.Kind, cells []string) []string {
	for len(cells) < len(h.names) {
		cells = append(cells, "")
	}
	for i, more := range cells[len(h.names):] {
		if i < len(h.goOn) && h.goOn[i] >= 0 {
			cells[h.goOn[i]] += more
		}
	}
	cells = cells[:len(h.names)]
	for i, name := range h.names {
		cells[i] = table.Guard(untyped(table.TypeOf(kind, name), cells[i]))
	}
	return cells
}

// untyped is a cell of a workbook as one of a table.
func untyped(typ table.Type, cell string) string {
	switch typ {
	case table.TypeTime:
		for _, layout := range []string{time.DateTime, time.DateOnly} {
			if t, err := time.Parse(layout, cell); err == nil { // fractions of seconds too
				return momentCell(t)
			}
		}
	case table.TypeBool:
		if cell == "TRUE" || cell == "FALSE" {
			return strings.ToLower(cell)
		}
	case table.TypeText, table.TypeNumber, table.TypeJSON:
	}
	return cell
}

// moment reads a date as a cell of a table has it.
func moment(cell string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, cell)
	return t.UTC(), err == nil
}

// momentCell writes it, to the millisecond.
func momentCell(t time.Time) string {
	return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
}
