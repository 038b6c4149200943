package xlsx

import (
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// fit makes the cells of a row be what a workbook gives back: dates are kept to the
// millisecond, which Caps say.
func fit(kind desk.Kind, cells []string) {
	for i, name := range table.Columns(kind) {
		if table.TypeOf(kind, name) != table.TypeTime {
			continue
		}
		if t, ok := moment(cells[i]); ok {
			cells[i] = momentCell(t)
		}
	}
}
