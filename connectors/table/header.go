package table

import (
	"fmt"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// Header tells where the table begins.
type Header struct {
	// Row is the index, in the sample, of the row with the names; -1 if there is
	// none, and First is the index of the first row of data.
	Row, First int
	Names      []string // unique and not empty
	Notes      []string // what was repaired or guessed, one sentence each
}

// FindHeader looks for the row of names in the first rows of a sheet; rows above
// it (a title, an empty line, the date of the export) are a preamble. state is
// yes, no, or auto, which decides by what the cells look like.
func FindHeader(rows [][]string, width int, state string) Header {
	h := Header{Row: -1}
	for h.First < len(rows)-1 && filled(rows[h.First]) < width && filled(rows[h.First])*2 <= max(width, filled(rows[h.First+1])) {
		h.First++
	}
	if h.First >= len(rows) {
		return h
	}
	if state == "yes" || state != "no" && looksLikeNames(rows[h.First], rows[h.First+1:]) {
		h.Row = h.First
		h.First++
		h.name(rows[h.Row])
	} else {
		for i := range max(width, len(rows[h.First])) {
			h.Names = append(h.Names, fmt.Sprintf("column %d", i+1))
		}
		h.Notes = append(h.Notes, "there is no row of column names: columns are called column 1, column 2 and so on; say header: yes if that is wrong")
	}
	if skipped := max(h.Row, 0); skipped > 0 || h.Row < 0 && h.First > 0 {
		h.Notes = append(h.Notes, fmt.Sprintf("the first %d rows stand above the table and are not read", max(skipped, h.First-1)))
	}
	return h
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// name makes the names unique: the second "Phone" becomes "Phone (2)".
func (h *Header) name(cells []string) {
	taken := map[string]bool{}
	for i, c := range cells {
		c = strings.Join(strings.Fields(c), " ")
		if c == "" {
			c = fmt.Sprintf("column %d", i+1)
		}
		name := c
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s (%d)", c, n)
		}
		if name != c {
			h.Notes = append(h.Notes, fmt.Sprintf("the column name %q stands twice: the later one is called %q", c, name))
		}
		taken[name] = true
		h.Names = append(h.Names, name)
	}
}

// looksLikeNames tells a row of names from a row of data: a name that the
// dictionary knows, or words above numbers, dates and addresses.
func looksLikeNames(cells []string, below [][]string) bool {
	known, values := 0, 0
	words := knownWords()
	seen := map[string]bool{}
	for _, c := range cells {
		c = strings.TrimSpace(c)
		switch {
		case c == "":
		case words[plain(c)]:
			known++
		case isValue(c) || seen[c] || len(c) > 80:
			values++
		}
		seen[c] = true
	}
	if known > 0 && known >= values {
		return true
	}
	return values == 0 && (len(below) > 0 || known > 0)
}

func isValue(c string) bool {
	if strings.Trim(c, "0123456789.,-+% ") == "" || strings.Contains(c, "@") || strings.Contains(c, "://") {
		return true
	}
	for _, order := range []string{"ymd", "dmy", "mdy"} {
		if _, ok := dissect(c, order); ok {
			return true
		}
	}
	return false
}

// knownWords are all words for columns.
var knownWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, k := range append([]desk.Kind{desk.KindMessage}, desk.Kinds...) {
		for _, f := range Fields(k) {
			words[plain(f.Name)] = true
			for _, w := range f.words {
				words[w] = true
			}
		}
	}
	return words
})
