package desk

import (
	"maps"
	"slices"
	"strings"
)

// FieldNames are the names of a record's custom fields, in order.
func (m *Meta) FieldNames() []string { return slices.Sorted(maps.Keys(m.Fields)) }

// CustomNames are the names of the custom fields among fields that are named as PrintsOf names
// them: "fields.tier" is "tier".
func CustomNames(fields []string) (names []string) {
	for _, f := range fields {
		if name, ok := strings.CutPrefix(f, "fields."); ok {
			names = append(names, name)
		}
	}
	return names
}
