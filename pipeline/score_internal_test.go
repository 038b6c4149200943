package pipeline

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Scores are words, or numbers of a scale that nobody names.
func TestGoodScores(t *testing.T) {
	for _, x := range []struct {
		name   string
		scores map[string]int64
		good   int64
	}{
		{"words", map[string]int64{"good": 3, "bad": 2}, 3},
		{"of five", map[string]int64{"1": 1, "3": 2, "4": 4, "5": 8}, 12},
		{"of ten", map[string]int64{"4": 1, "5": 2, "8": 4, "10": 8}, 12},
		{"of a hundred", map[string]int64{"70": 1, "85": 2}, 2},
		{"in Russian", map[string]int64{"Хорошо": 5, "Плохо": 1}, 5},
		{"yes or no", map[string]int64{"0": 5, "1": 7}, 7},
		{"all at the bottom", map[string]int64{"0": 5}, 0},
	} {
		f := Figures{Scores: x.scores}
		if got := f.Good(); got != x.good {
			t.Errorf("%s: %d are good, want %d", x.name, got, x.good)
		}
	}
}

// A date that cannot be right tells nothing of how long customers wait.
func TestWaitedSinceNever(t *testing.T) {
	at := func(y int) time.Time { return time.Date(y, 5, 1, 9, 0, 0, 0, time.UTC) }
	var f Figures
	for _, begun := range []time.Time{at(1970), at(2099), at(2022)} {
		f.Ticket(&desk.Ticket{Meta: desk.Meta{Created: begun}, Status: desk.StatusSolved, Solved: at(2022).Add(time.Hour)})
	}
	if f.Resolution.Count != 1 || f.Resolution.Mean() != time.Hour {
		t.Errorf("%d tickets were solved within %s, want 1 within 1h", f.Resolution.Count, f.Resolution.Mean())
	}
}
