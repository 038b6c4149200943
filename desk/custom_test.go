package desk_test

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

func TestNamesOfCustomFields(t *testing.T) {
	m := &desk.Meta{Fields: map[string]any{"тариф": 1, "b": nil, "a": "x"}}
	if got := m.FieldNames(); !slices.Equal(got, []string{"a", "b", "тариф"}) {
		t.Errorf("%q", got)
	}
	if got := desk.CustomNames([]string{"subject", "fields.b", "fields.a", "fields."}); !slices.Equal(got, []string{"b", "a", ""}) {
		t.Errorf("%q", got)
	}
}
