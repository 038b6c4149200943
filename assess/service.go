package assess

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/pipeline"
)

// Service is how well the tickets were served, by the same count as verify's key figures:
// what to compare after the move.
type Service struct {
	FirstResponse Spell `json:"first_response"` // from a ticket's opening to an agent's first answer
	Resolution    Spell `json:"resolution"`     // to when it was last solved
	Solved        int64 `json:"solved"`         // tickets that are solved or closed, or were
	Reopened      int64 `json:"reopened"`       // of those, opened again at least once
	Rated         int64 `json:"rated"`
	Good          int64 `json:"good"` // of those, by a good score
	// Scores are those that were given, the most frequent first.
	Scores []Value `json:"scores"`
	// Tracked is how many tickets tell how their status went: without, nobody knows of any
	// that were opened again.
	Tracked int64 `json:"tracked"`
}

// Spell is a time that customers wait, of so many tickets.
type Spell struct {
	Tickets int64   `json:"tickets"`
	Mean    float64 `json:"mean_seconds"`
	Median  float64 `json:"median_seconds"`
}

// MeanTime is the mean.
func (s Spell) MeanTime() time.Duration { return time.Duration(s.Mean * float64(time.Second)) }

// MedianTime is that of the one in the middle.
func (s Spell) MedianTime() time.Duration { return time.Duration(s.Median * float64(time.Second)) }

// scores puts them in order, as far as anybody reads.
func scores(of map[string]int64) []Value {
	all := []Value{}
	for score, n := range of {
		all = append(all, Value{score, n})
	}
	slices.SortFunc(all, func(a, b Value) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), mostValues)]
}

func served(f *pipeline.Figures, tracked int64) Service {
	spell := func(t *pipeline.Times) Spell { return Spell{t.Count, t.Mean().Seconds(), t.Median().Seconds()} }
	return Service{
		FirstResponse: spell(&f.FirstResponse), Resolution: spell(&f.Resolution),
		Solved: f.Solved, Reopened: f.Reopened, Rated: f.Rated, Good: f.Good(),
		Scores: scores(f.Scores), Tracked: tracked,
	}
}
