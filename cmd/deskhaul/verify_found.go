package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// maxExamples is how many examples of each sort of finding a report has; the rest is in
// the files that have all.
const maxExamples = 100

// write reads the findings from the journals, writes them to the files that were asked
// for, and fills in the report.
func (w *verifying) write(ctx context.Context, v *report.Verification) (err error) {
	page, table := w.places()
	files := &findingFiles{}
	if err := files.open(w.ask.out, table); err != nil {
		return err
	}
	for i, h := range w.hops {
		if err = w.gather(ctx, h, &v.Hops[i], files); err != nil {
			break
		}
	}
	if err = errors.Join(err, files.close()); err != nil {
		return err
	}
	v.Project, v.Began, v.Resumed, v.Quick = w.s.p.Name, w.head.Began, w.resumed, w.ask.quick
	v.Complete()
	v.Seconds, v.Requests = w.spent()
	if files.n > 0 {
		v.CSV = table
	} else if table != "" {
		err = os.Remove(table)
	}
	if page == "" || err != nil {
		return err
	}
	v.HTML = page
	return writePage(page, v)
}

// places are where the page and the table of all findings go; "" nowhere.
func (w *verifying) places() (page, table string) {
	switch {
	case w.ask.html != "":
		page = w.ask.html
	case w.path != "":
		page = filepath.Join(w.s.p.Reports(), "verify-"+w.began.Format("20060102-150405")+".html")
		if here, err := filepath.Rel(w.here(), page); err == nil && !strings.HasPrefix(here, "..") {
			page = here
		}
	default:
		return "", ""
	}
	if table = strings.TrimSuffix(page, filepath.Ext(page)) + ".csv"; table == page {
		table += ".csv"
	}
	return page, table
}

func (w *verifying) here() string {
	dir, err := os.Getwd()
	if err != nil {
		return w.s.p.Folder
	}
	return dir
}

// writePage writes the page for a web browser: whole, or not at all.
func writePage(path string, v *report.Verification) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	out := bufio.NewWriter(f)
	if err := errors.Join(v.HTMLPage(out), out.Flush(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the report to %s: %w", path, err), os.Remove(path+".new"))
	}
	return os.Rename(path+".new", path)
}

// gather reads the findings of one leg, and keeps the first of each sort.
func (w *verifying) gather(ctx context.Context, h *hop, into *report.VerifiedHop, files *findingFiles) error {
	at := map[group]int{}
	for f, err := range w.journal(h).Findings(ctx) {
		if err != nil {
			return err
		}
		e := report.Example{
			ID: string(f.ID), Ticket: string(f.Parent), Target: string(f.Target), Want: f.Want, Got: f.Got, Detail: f.Detail, Old: f.Old, New: f.New,
		}
		if err := files.add(line{Hop: h.label(), Class: f.Class, Kind: f.Kind, Field: f.Field, Example: e}); err != nil {
			return err
		}
		key := group{f.Class, f.Kind, f.Field}
		i, seen := at[key]
		if !seen {
			i = len(into.Found)
			at[key] = i
			into.Found = append(into.Found, report.Found{Class: string(f.Class), Kind: f.Kind, Field: f.Field})
		}
		g := &into.Found[i]
		if g.Count++; len(g.First) < maxExamples {
			g.First = append(g.First, e)
		}
	}
	return nil
}

// group is one sort of finding.
type group struct {
	class pipeline.Class
	kind  desk.Kind
	field string
}

// line is one finding in a file.
type line struct {
	Hop   string         `json:"hop"`
	Class pipeline.Class `json:"class"`
	Kind  desk.Kind      `json:"kind"`
	Field string         `json:"field,omitempty"`
	report.Example
}

// findingFiles are the files that have all findings: lines of JSON, and a table.
type findingFiles struct {
	files []*os.File
	lines *bufio.Writer // nil: not asked for
	table *csv.Writer
	n     int64
}

func (f *findingFiles) open(lines, table string) error {
	for _, x := range []struct {
		path string
		use  func(*os.File)
	}{
		{lines, func(file *os.File) { f.lines = bufio.NewWriter(file) }},
		{table, func(file *os.File) { f.table = csv.NewWriter(file) }},
	} {
		if x.path == "" {
			continue
		}
		file, err := os.OpenFile(x.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return usage(errors.Join(fmt.Errorf("write the findings: %w", err), f.close()))
		}
		f.files = append(f.files, file)
		x.use(file)
	}
	if f.table != nil {
		return f.table.Write([]string{"way", "class", "kind", "id", "ticket", "field", "should say", "says", "detail", "id at the target", "old address", "new address"})
	}
	return nil
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
	for i := range row {
		row[i] = harmlessCell(row[i])
	}
	return f.table.Write(row)
}

// harmlessCell is a text that no spreadsheet takes for a formula: it came from anybody
// who ever wrote a ticket. See OWASP, CSV Injection.
func harmlessCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (f *findingFiles) close() (err error) {
	if f.lines != nil {
		err = f.lines.Flush()
	}
	if f.table != nil {
		f.table.Flush()
		err = errors.Join(err, f.table.Error())
	}
	for _, file := range f.files {
		err = errors.Join(err, file.Close())
	}
	return err
}
