package csv

import (
	"bytes"
	"errors"
)

// noTable tells what a file is that people take for a table and that is none, by
// its first bytes.
func noTable(head []byte) error {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return errors.New("this is an Excel workbook or a zip: save its sheet as CSV (UTF-8), or unpack it")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return errors.New("this is a workbook of an old Excel: save its sheet as CSV (UTF-8)")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return errors.New("this is compressed: unpack it first, with gunzip")
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return errors.New("this is a PDF: export the rows as CSV")
	}
	return nil
}
