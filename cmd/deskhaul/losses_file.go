package main

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/forecast"
	"github.com/deskhaul/deskhaul/pipeline"
)

// lossFile takes each loss as a row of a table, as it is told. A nil one takes none.
type lossFile struct {
	mu   sync.Mutex
	file *outFile
	rows *csv.Writer
	by   map[string]adviser // of each leg
}

// newLossFile begins the file; nil where none is asked for.
func newLossFile(path string) (*lossFile, error) {
	if path == "" {
		return nil, nil
	}
	f, err := newOutFile(path)
	if err != nil {
		return nil, usage(connectors.StopIfFull(fmt.Errorf("write the losses: %w", err)))
	}
	l := &lossFile{file: f, rows: csv.NewWriter(f), by: map[string]adviser{}}
	return l, l.rows.Write([]string{"hop", "ticket", "kind", "id", "field", "why", "kept", "detail", "save", "remark"})
}

// advised lets the rows of a leg tell what would save what is lost.
func (l *lossFile) advised(hop string, a adviser) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by[hop] = a
}

// write adds a row; an error comes back when the file is closed.
func (l *lossFile) write(hop string, e pipeline.Event) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	save, remark := "", ""
	if a, ok := l.by[hop]; ok {
		x := a.of(hop, e)
		if remark = x.Remark; len(x.Save) > 0 {
			save = forecast.Line(x.Save[0].YAML)
		}
	}
	cells := []string{hop, string(ticketIn(e)), string(e.Kind), string(e.ID), e.Loss.Field, string(e.Loss.Why), strconv.FormatBool(e.Loss.Kept), e.Loss.Detail, save, remark}
	for i := range cells {
		cells[i] = table.Guard(cells[i])
	}
	_ = l.rows.Write(cells) // the writer remembers
}

// close puts the file into its place. One that is not whole is not: it would be taken for
// the list of all that is lost.
func (l *lossFile) close() error {
	if l == nil {
		return nil
	}
	l.rows.Flush()
	if err := l.file.wrote(l.rows.Error()); err != nil {
		return connectors.StopIfFull(fmt.Errorf("write the losses: %w", err))
	}
	return nil
}

// drop leaves the last one as it was.
func (l *lossFile) drop() error {
	if l == nil {
		return nil
	}
	return l.file.drop()
}
