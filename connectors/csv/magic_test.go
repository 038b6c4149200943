package csv

import (
	"strings"
	"testing"
)

// What is no table says so, instead of becoming rows of garbage.
func TestFilesThatAreNoTables(t *testing.T) {
	for head, want := range map[string]string{
		"PK\x03\x04\x14\x00":                   "Excel workbook",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00": "old Excel",
		"\x1f\x8b\x08":                         "unpack",
		"%PDF-1.7\n":                           "PDF",
	} {
		c := file(t, "contacts.csv", head+"name,email\n")
		c.Kind = "contacts"
		_, err := newSource(t.Context(), c, testEnv(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", head, err, want)
		}
	}
}
