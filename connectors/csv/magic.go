package csv

import (
	"bytes"
	"errors"
)

// mostControls says how many bytes of a table may be control characters: one in so
// many. A few stand in real exports.
const mostControls = 50

var errNoText = errors.New("this is no text: export the rows as CSV")

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

// noText tells a file of bytes from a table, by its beginning: what is no letter,
// delimiter or escape in any encoding of one byte a character. Zeros do not count,
// a torn file may end in many.
func noText(head []byte) error {
	n := 0
	for _, c := range head {
		if c >= 0x04 && c <= 0x08 || c >= 0x10 && c <= 0x19 {
			n++
		}
	}
	if n > 1+len(head)/mostControls {
		return errNoText
	}
	return nil
}
