package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// figuresOf lays the totals and key figures of both sides beside each other.
func figuresOf(source, target *pipeline.Figures) (out []report.Figure) {
	times := func(name string, s, t *pipeline.Times) {
		if s.Count+t.Count > 0 {
			out = append(out, report.Figure{Name: name, Source: timesOf(s), Target: timesOf(t)})
		}
	}
	times("first response (mean, median)", &source.FirstResponse, &target.FirstResponse)
	times("resolution (mean, median)", &source.Resolution, &target.Resolution)
	share := func(name string, sn, sof, tn, tof int64) {
		if sof+tof > 0 {
			out = append(out, report.Figure{Name: name, Source: shareOf(sn, sof), Target: shareOf(tn, tof)})
		}
	}
	share("reopened", source.Reopened, source.Solved, target.Reopened, target.Solved)
	share("good ratings", source.Good, source.Rated, target.Good, target.Rated)
	for _, x := range []struct {
		name string
		s, t map[string]int64
	}{
		{"status", source.Status, target.Status},
		{"month", source.Month, target.Month},
		{"category", source.Category, target.Category},
		{"agent", source.Agent, target.Agent},
	} {
		keys := maps.Clone(x.s)
		maps.Copy(keys, x.t)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			name := key
			if name == "" {
				name = "none"
			}
			out = append(out, report.Figure{Name: x.name + ": " + name, Source: report.Number(x.s[key]), Target: report.Number(x.t[key])})
		}
	}
	return out
}

func timesOf(t *pipeline.Times) string {
	if t.Count == 0 {
		return "–"
	}
	return report.Duration(t.Mean()) + ", " + report.Duration(t.Median())
}

func shareOf(n, of int64) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f%% of %s", 100*float64(n)/float64(of), report.Number(of))
}
