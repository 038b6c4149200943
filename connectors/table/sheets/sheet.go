package sheets

import (
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
)

// Rows reads the rows of a sheet one after the other.
type Rows interface {
	// Next reads a row, or io.EOF.
	Next() (rows.Row, error)
	// Resume goes on at a place; bad tells that the row before it was set aside.
	Resume(off, line int64, bad bool)
	// Only makes the next row the one that stands at a place and is of this size.
	Only(off, size, line int64)
	// Place is where the next row begins.
	Place() (off, line int64)
}

// Sheet is one open table, looked at and understood.
type Sheet struct {
	Path  string // stays the same from run to run, and tells it from all others
	Base  string // what people call it
	Bytes io.ReaderAt
	Size  int64 // of Bytes
	MTime int64 // of the file, nanoseconds
	// Off and Line are where the rows begin.
	Off, Line int64
	Width     int // cells of a row
	*table.Layout
	Notes []string
	Joins bool // a sheet of messages that holds none: its rows add to tickets
	Vague bool // what the rows are is not clear from name and columns
	// How is how it is read: where it changes, the sheet is read anew.
	How string
	// About is how it is read, for people: ", encoding utf-8".
	About string
	// Doubt is what is told at the first reading, even if nobody asked; "" nothing.
	Doubt string
	// Folder is where its attachments lie, or below.
	Folder string

	// Rows begins at a place.
	Rows func(off, line int64) Rows
	// Clean makes texts of the cells of a row; false if they are none, and the row says why.
	Clean func(*rows.Row) ([]string, bool)
	// Where tells people where a row stands.
	Where func(rows.Row) string
	// Close releases it.
	Close func() error
}

// Name is what the sheet calls a column.
func (s *Sheet) Name(column int) string {
	if column < len(s.Names) {
		return s.Names[column]
	}
	return fmt.Sprintf("#%d", column+1)
}

func (s *Sheet) readAt(off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	n, err := s.Bytes.ReadAt(b, off)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:n], err
}

// CloseAll closes sheets.
func CloseAll(sheets []*Sheet) error {
	var errs []error
	for _, s := range sheets {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}
