package csv

import (
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
)

// clean decodes the cells of a row; false if they are no text.
func (s *sheet) clean(r *rows.Row) ([]string, bool) {
	if r.Bad != "" {
		return nil, false
	}
	for i, c := range r.Cells {
		text, ok := s.cs.decode(c)
		switch {
		case !ok:
			r.Bad = fmt.Sprintf("the cell in column %q holds bytes that are no %s: say encoding: if it is another", s.Name(i), s.cs.name)
		case !s.Exact && hasNUL(text):
			r.Bad = fmt.Sprintf("the cell in column %q holds a NUL byte", s.Name(i))
		}
		if r.Bad != "" {
			r.Reason = connectors.ReasonUnreadable
			return nil, false
		}
		r.Cells[i] = text
	}
	return r.Cells, true
}

func hasNUL(s string) bool {
	for i := range len(s) {
		if s[i] == 0 {
			return true
		}
	}
	return false
}
