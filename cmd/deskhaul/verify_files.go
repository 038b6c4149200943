package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
)

// tableBeside is the place of the table that belongs to a page; "" of none.
func tableBeside(page string) string {
	if page == "" {
		return ""
	}
	table := strings.TrimSuffix(page, filepath.Ext(page)) + ".csv"
	if table == page {
		table += ".csv"
	}
	return table
}

// isTable tells whether a file is a table of findings, or there is nothing that could be
// lost.
func isTable(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return os.IsNotExist(err)
	}
	defer f.Close() //nolint:errcheck // it was read
	head, err := csv.NewReader(f).Read()
	return errors.Is(err, io.EOF) || err == nil && len(head) > 3 && strings.Join(head[:4], ",") == strings.Join(tableHead[:4], ",")
}

// places are where the page and the table of all findings go; "" nowhere. A report that
// nobody named a place for takes no other's: the verification has the lock.
func (w *verifying) places() (page, table string) {
	if w.ask.html != "" || w.path == "" {
		return w.ask.html, tableBeside(w.ask.html)
	}
	name := "verify-" + w.began.Format("20060102-150405")
	page = filepath.Join(w.s.p.Reports(), name+".html")
	for n := 2; taken(page) || taken(tableBeside(page)); n++ {
		page = filepath.Join(w.s.p.Reports(), fmt.Sprintf("%s-%d.html", name, n))
	}
	if here, err := filepath.Rel(w.here(), page); err == nil && !strings.HasPrefix(here, "..") {
		page = here
	}
	return page, tableBeside(page)
}

func taken(path string) bool {
	_, err := os.Lstat(path)
	return !os.IsNotExist(err)
}

func (w *verifying) here() string {
	dir, err := os.Getwd()
	if err != nil {
		return w.s.p.Folder
	}
	return dir
}

// findingFiles are the files that have all findings: lines of JSON, and a table.
type findingFiles struct {
	linesFile, tableFile *outFile // nil: not asked for
	lines                *bufio.Writer
	table                *csv.Writer
	before               bool // there is a table already
	n                    int64
}

var tableHead = []string{"way", "class", "kind", "id", "ticket", "field", "should say", "says", "detail", "id at the target", "old address", "new address"}

// newFindingFiles begins them; "" is none.
func newFindingFiles(lines, table string) (f *findingFiles, err error) {
	f = &findingFiles{before: taken(table)}
	if lines != "" {
		if f.linesFile, err = newOutFile(lines); err != nil {
			return nil, usage(fmt.Errorf("write the findings: %w", err))
		}
		f.lines = bufio.NewWriter(f.linesFile)
	}
	if table == "" {
		return f, nil
	}
	if f.tableFile, err = newOutFile(table); err != nil {
		return nil, f.close(usage(fmt.Errorf("write the findings: %w", err)))
	}
	f.table = csv.NewWriter(f.tableFile)
	return f, f.table.Write(tableHead)
}

func (f *findingFiles) add(l line) error {
	f.n++
	if f.lines != nil {
		b, err := json.Marshal(l)
		if err == nil {
			_, err = f.lines.Write(append(b, '\n'))
		}
		if err != nil {
			return err
		}
	}
	if f.table == nil {
		return nil
	}
	row := []string{l.Hop, string(l.Class), string(l.Kind), l.ID, l.Ticket, l.Field, l.Want, l.Got, l.Detail, l.Target, l.Old, l.New}
	for i := range row { // anybody who ever wrote a ticket says what stands there
		row[i] = table.Guard(row[i])
	}
	return f.table.Write(row)
}

// close puts the files into their places, unless there was an error. A table without
// findings is none, but takes the place of one that had some.
func (f *findingFiles) close(err error) error {
	if f.lines != nil {
		err = errors.Join(err, f.lines.Flush())
	}
	if f.table != nil {
		f.table.Flush()
		err = errors.Join(err, f.table.Error())
	}
	if f.linesFile != nil {
		err = f.linesFile.wrote(err)
	}
	switch {
	case f.tableFile == nil:
	case err == nil && f.n == 0 && !f.before:
		err = f.tableFile.drop()
	default:
		err = f.tableFile.wrote(err)
	}
	return err
}
