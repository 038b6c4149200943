package csv

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
)

// mostWords is how many different words of a column are told; one with more of them holds
// texts.
const mostWords = 50

// wordsIn are the words that stand in a column, as far as the first part of the file has
// them, and what those that are known mean. None are told of a column of texts.
func (s *sheet) wordsIn(p table.Pick) (words []string, means map[string]string) {
	sp := s.rows(s.off, s.line)
	for sp.off < s.off+firstPart {
		r, err := sp.next()
		if err != nil {
			break // reading tells what is wrong
		}
		cells, ok := s.clean(&r)
		if !ok || p.Column >= len(cells) {
			continue
		}
		if w := strings.TrimSpace(cells[p.Column]); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
		if len(words) > mostWords {
			return nil, nil
		}
	}
	slices.Sort(words)
	means = map[string]string{}
	for _, w := range words {
		if to, known := s.Means(p.Field.Name, w); known {
			means[w] = to
		}
	}
	return words, means
}

// translated tells what the words of a status or priority are read as, and which are not
// known.
func (s *sheet) translated(f connectors.Field) (notes []connectors.Note) {
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
		notes = append(notes, connectors.Note{Level: "info", Text: fmt.Sprintf("%s: each %s is read so: %s", s.base, f.Name, strings.Join(read, ", "))})
	}
	if strange == nil {
		return notes
	}
	as := "none"
	if f.Name == "status" {
		as, _ = s.Means(f.Name, strange[0])
	}
	return append(notes, connectors.Note{Level: "warning", Text: fmt.Sprintf("%s: these words for a %s are not known and are read as %s: %s: say what they mean, as in values: {%s: {%q: %s}}",
		s.base, f.Name, as, strings.Join(strange, ", "), f.Name, strange[0], likelyOf(f.Name))})
}

// likelyOf is an example of a value.
func likelyOf(field string) string {
	if field == "priority" {
		return "high"
	}
	return "pending"
}
