package csv

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

// What is no table says so, instead of becoming rows of garbage.
func TestFilesThatAreNoTables(t *testing.T) {
	for head, want := range map[string]string{
		"PK\x03\x04\x14\x00":                   "Excel workbook",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00": "old Excel",
		"\x1f\x8b\x08":                         "unpack",
		"%PDF-1.7\n":                           "PDF",
		"\x10\x00\x04\x05\x06\xff":             "no text",
	} {
		c := file(t, "contacts.csv", head+"name,email\n")
		c.Kind = "contacts"
		_, err := newSource(t.Context(), c, conntest.FileEnv(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", head, err, want)
		}
	}
}

// A few control characters, a delimiter of old and zeros of a torn file are no
// reason to refuse a table; a file without a byte is told for what it is.
func TestTablesThatLookOdd(t *testing.T) {
	for text, ok := range map[string]bool{
		"name,email\nAnn\x07,a@x.example\n":                          true,
		"name\x01email\nAnn\x01a@x.example\n":                        true,
		"name,email\nAnn,a@x.example\n" + strings.Repeat("\x00", 99): true,
		"": false,
	} {
		c := file(t, "table.csv", text)
		if ok {
			c.Kind = "contacts"
		}
		_, err := newSource(t.Context(), c, conntest.FileEnv(t))
		if (err == nil) != ok || !ok && !strings.Contains(err.Error(), "empty") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
