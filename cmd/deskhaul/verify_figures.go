package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// figures lays the totals and key figures of both sides beside each other.
func (h *hop) figures(ctx context.Context, seen *pipeline.Verified) []report.Figure {
	out := h.keyFigures(&seen.Source, &seen.There)
	same := func(key string) string { return key }
	called := func(kind desk.Kind) func(string) string {
		names := h.namesOf(ctx, seen, kind)
		return func(key string) string { return cmp.Or(names[desk.ID(key)], key) }
	}
	for _, x := range []struct {
		group, field string
		s, t         map[string]int64
		called       func(string) string
	}{
		{"status", "status", seen.Source.Status, seen.There.Status, same},
		{"month", "created", seen.Source.Month, seen.There.Month, same},
		{"category", "category", seen.Source.Category, seen.There.Category, called(desk.KindCategory)},
		{"agent", "assignee", seen.Source.Agent, seen.There.Agent, called(desk.KindAgent)},
	} {
		out = append(out, totals(x.group, h.notKept(x.field), x.s, x.t, x.called)...)
	}
	return out
}

func totals(group, note string, s, t map[string]int64, called func(string) string) (out []report.Figure) {
	keys := map[string]int64{}
	maps.Copy(keys, s)
	maps.Copy(keys, t)
	if _, none := keys[""]; none && len(keys) == 1 && s[""] == t[""] {
		return nil // neither side has any
	}
	for key := range keys {
		name := "none"
		if key != "" {
			name = called(key)
		}
		f := report.TotalFigure(group, name, s[key], t[key])
		if f.Difference != "" {
			f.Note = note
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b report.Figure) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Source, b.Source), strings.Compare(a.Target, b.Target))
	})
	return out
}

func (h *hop) keyFigures(s, t *pipeline.Figures) (out []report.Figure) {
	add := func(f report.Figure, any bool, needs ...string) {
		if f.Difference != "" {
			f.Note = h.notKept(needs...)
		}
		if any {
			out = append(out, f)
		}
	}
	add(report.TimesFigure(report.FirstResponse, timesOf(&s.FirstResponse), timesOf(&t.FirstResponse)),
		s.FirstResponse.Count+t.FirstResponse.Count > 0, "created", "message.at", "message.author")
	add(report.TimesFigure(report.Resolution, timesOf(&s.Resolution), timesOf(&t.Resolution)),
		s.Resolution.Count+t.Resolution.Count > 0, "created", "solved", "closed")
	add(report.ShareFigure(report.Reopened, s.Reopened, s.Solved, t.Reopened, t.Solved), s.Solved+t.Solved > 0, "history")
	add(report.ShareFigure(report.Satisfied, s.Good(), s.Rated, t.Good(), t.Rated), s.Rated+t.Rated > 0, "rating")
	return out
}

func timesOf(t *pipeline.Times) report.Times {
	return report.Times{Count: t.Count, Mean: t.Mean(), Median: t.Median()}
}

// notKept says that the target has no room for what a figure is made of.
func (h *hop) notKept(fields ...string) string {
	var missing []string
	for _, f := range fields {
		kind := desk.KindTicket
		name, ofMessages := strings.CutPrefix(f, "message.")
		if ofMessages {
			kind = desk.KindMessage
		}
		if !h.writes.Keeps(kind, name) || name == "created" && !h.writes.Dated(kind) || name == "at" && !h.writes.Backdate {
			missing = append(missing, f)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return report.FigureLacks(missing)
}

// namesOf are what the target calls its agents or categories. Those that were not looked
// at, as when a sample was, it is asked for; one that it does not tell keeps its id.
func (h *hop) namesOf(ctx context.Context, seen *pipeline.Verified, kind desk.Kind) map[desk.ID]string {
	out := map[desk.ID]string{}
	fetcher, can := h.target.(connectors.Fetcher)
	for _, id := range seen.Labels(kind) {
		out[id] = seen.Names[desk.To(kind, id)]
		if out[id] != "" || !can || !h.writes.Has(kind) {
			continue
		}
		if r, err := fetcher.Fetch(ctx, kind, id); err == nil {
			out[id] = pipeline.NameOf(r)
		}
	}
	return out
}
