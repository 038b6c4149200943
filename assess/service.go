package assess

import (
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

func served(f *pipeline.Figures) Service {
	spell := func(t *pipeline.Times) Spell { return Spell{t.Count, t.Mean().Seconds(), t.Median().Seconds()} }
	return Service{
		FirstResponse: spell(&f.FirstResponse), Resolution: spell(&f.Resolution),
		Solved: f.Solved, Reopened: f.Reopened, Rated: f.Rated, Good: f.Good,
	}
}
