package main

import (
	"context"
	"io"

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
	files, err := newFindingFiles(w.ask.out, table)
	if err != nil {
		return err
	}
	for i, h := range w.hops {
		if err = w.gather(ctx, h, &v.Hops[i], files); err != nil {
			break
		}
	}
	if err = files.close(err); err != nil {
		return err
	}
	v.Project, v.Began, v.Resumed, v.Quick = w.s.p.Name, w.head.Began, w.resumed, w.ask.quick
	v.Complete()
	v.Seconds, v.Requests = w.spent()
	if files.n > 0 {
		v.CSV = table
	}
	if page == "" {
		return nil
	}
	v.HTML, v.Then = page, w.s.afterVerifying(v)
	t, err := w.ask.tongue()
	if err != nil {
		return err
	}
	return writePage(page, func(w io.Writer) error { return v.HTMLPage(w, t) })
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
