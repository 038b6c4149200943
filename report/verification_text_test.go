package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/report"
)

// What is printed says how the sample can be had again, and no figure leaves its column.
func TestTextOfAVerification(t *testing.T) {
	times := report.Times{Count: 123456, Mean: 400*24*time.Hour + 13*time.Hour, Median: 13*24*time.Hour + 22*time.Hour}
	v := &report.Verification{Hops: []report.VerifiedHop{{
		From: "old", To: "new", Sample: &report.Sampled{Of: report.Random, Looked: 3, All: 9, Seed: 4711},
		Figures: []report.Figure{report.TimesFigure("first response", times, times), report.ShareFigure("reopened", 1, 9, 1, 9)},
	}}}
	v.Complete()
	var b strings.Builder
	if err := v.Text(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "--seed 4711 draws the same tickets again") {
		t.Error(b.String())
	}
	ends := map[int]bool{}
	for _, line := range strings.Split(b.String(), "\n") {
		for _, end := range []string{times.String(), "11.1% (1 of 9)", "target"} {
			if at := strings.LastIndex(line, end); at > 0 && (strings.Count(line, end) == 2 || end == "target" && strings.Contains(line, "source ")) {
				ends[at+len(end)] = true
			}
		}
	}
	if len(ends) != 1 {
		t.Errorf("the columns end at %v:\n%s", ends, b.String())
	}
}
