package sheets

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors"
)

// A column with more different words than mostWords holds texts. One of a custom field holds
// choices where there are mostChoices at most, each short and most of them used again.
const (
	mostWords   = 50
	mostChoices = 12
	longChoice  = 40 // letters
)

// column is what stands in one, as far as the first part of the file has it.
type column struct {
	words  []string // the different ones; nil there are too many
	filled int      // cells
	texts  bool
}

// columns looks at the words of all columns.
func (s *Sheet) columns() []column {
	all := make([]column, s.Width)
	in, at := s.Rows(s.Off, s.Line), s.Off
	for at < s.Off+firstPart {
		r, err := in.Next()
		if err != nil {
			break // reading tells what is wrong
		}
		at, _ = in.Place()
		cells, ok := s.Clean(&r)
		if !ok {
			continue
		}
		for i, cell := range cells {
			if w := strings.TrimSpace(cell); w != "" && i < len(all) {
				all[i].add(w)
			}
		}
	}
	for i := range all {
		slices.Sort(all[i].words)
	}
	return all
}

func (c *column) add(word string) {
	if c.filled++; c.texts || slices.Contains(c.words, word) {
		return
	}
	if c.words = append(c.words, word); len(c.words) > mostWords || utf8.RuneCountInString(word) > longChoice {
		c.words, c.texts = nil, true
	}
}

// choices are the words of a custom field that look like choices.
func (c *column) choices() []string {
	if len(c.words) > mostChoices || 2*len(c.words) > c.filled {
		return nil
	}
	return c.words
}

// means are what the words of a field are read as, of those that are known.
func (s *Sheet) means(field string, words []string) map[string]string {
	means := map[string]string{}
	for _, w := range words {
		if to, known := s.Means(field, w); known {
			means[w] = to
		}
	}
	return means
}

// translated tells what the words of a status or priority are read as, and which are not
// known.
func (s *Sheet) translated(f connectors.Field) (notes []connectors.Note) {
	if f.Name != "status" && f.Name != "priority" || len(f.Options) == 0 {
		return nil
	}
	var read, strange []string
	for _, w := range f.Options {
		if to, known := f.Means[w]; known {
			read = append(read, w+" → "+to)
		} else {
			strange = append(strange, w)
		}
	}
	if read != nil {
		notes = append(notes, connectors.Note{Level: "info", Text: fmt.Sprintf("%s: each %s is read so: %s", s.Base, f.Name, strings.Join(read, ", "))})
	}
	if strange == nil {
		return notes
	}
	as := "none"
	if f.Name == "status" {
		as, _ = s.Means(f.Name, strange[0])
	}
	return append(notes, connectors.Note{Level: "warning", Text: fmt.Sprintf("%s: these words for a %s are not known and are read as %s: %s: say what they mean, as in values: {%s: {%q: %s}}",
		s.Base, f.Name, as, strings.Join(strange, ", "), f.Name, strange[0], likelyOf(f.Name))})
}

// likelyOf is an example of a value.
func likelyOf(field string) string {
	if field == "priority" {
		return "high"
	}
	return "pending"
}
