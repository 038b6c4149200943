package mapping

import (
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Made is how a mapping gives a field its value.
type Made struct {
	Place strict.Place // of the line that does
	// Expression is what the line says; "" it is a constant.
	Expression string
	// Table is a table whose words the field is given, "" none; Words are those of them
	// for which it gives the value that was asked after, and Places where they stand.
	Table  string
	Words  []string
	Places []strict.Place
}

// Makes tells how the mapping gives a field of a kind a value; false if it leaves the
// field as it is.
func (m *Mapping) Makes(kind desk.Kind, field, value string) (made Made, ok bool) {
	if m == nil || m.rules[kind] == nil {
		return made, false
	}
	r := m.rules[kind]
	for _, s := range slices.Concat(r.set, r.defaults) {
		if s.name != field {
			continue
		}
		made.Place = s.place
		if s.expr == nil {
			return made, true
		}
		made.Expression = s.expr.text
		for _, name := range s.expr.tables {
			t := m.tables[name]
			if t == nil {
				continue
			}
			for _, word := range slices.Sorted(maps.Keys(t.words)) {
				if t.words[word] == value {
					made.Table, made.Words, made.Places = name, append(made.Words, word), append(made.Places, t.places[word])
				}
			}
		}
		return made, true
	}
	return made, false
}

// HasTable tells whether there is a table of that name.
func (m *Mapping) HasTable(name string) bool { return m != nil && m.tables[name] != nil }
