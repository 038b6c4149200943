package pipeline

import (
	"math"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Figures are the totals and key figures of the tickets on one side. Two sides that
// hold the same tickets have the same.
type Figures struct {
	Status   map[string]int64 `json:"status"`
	Month    map[string]int64 `json:"month"` // of the ticket's creation, UTC, as 2006-01
	Category map[string]int64 `json:"category"`
	Agent    map[string]int64 `json:"agent"` // the assignee
	// FirstResponse is from the ticket's creation to an agent's first public answer,
	// Resolution to when it was solved, or closed where that is not known.
	FirstResponse Times `json:"first_response"`
	Resolution    Times `json:"resolution"`
	Solved        int64 `json:"solved"`   // tickets that are solved or closed, or were
	Reopened      int64 `json:"reopened"` // of those, opened again at least once
	Rated         int64 `json:"rated"`
	Good          int64 `json:"good"` // of those, by a good score

	mu sync.Mutex
}

// add counts a ticket, shelves and agents by the ids that the target has for them.
func (f *Figures) add(t *desk.Ticket) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Status == nil {
		f.Status, f.Month, f.Category, f.Agent = map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
	}
	f.Status[string(t.Status)]++
	if at := createdOf(t); at.IsZero() {
		f.Month[""]++
	} else {
		f.Month[at.UTC().Format("2006-01")]++
	}
	f.Category[string(t.Category.ID)]++
	f.Agent[string(t.Assignee.ID)]++
	f.times(t)
	if t.Rating != nil && t.Rating.Score != "" {
		f.Rated++
		if t.Rating.Score == "good" {
			f.Good++
		}
	}
}

func (f *Figures) times(t *desk.Ticket) {
	begun := createdOf(t)
	if at := answered(t); !at.IsZero() && !begun.IsZero() {
		f.FirstResponse.add(at.Sub(begun))
	}
	end := t.Solved
	if end.IsZero() {
		end = t.Closed
	}
	if !end.IsZero() && !begun.IsZero() {
		f.Resolution.add(end.Sub(begun))
	}
	solved, again := t.Status == desk.StatusSolved || t.Status == desk.StatusClosed, false
	over := func(s desk.Status) bool { return s == desk.StatusSolved || s == desk.StatusClosed }
	for _, c := range t.History {
		solved = solved || over(c.To)
		again = again || over(c.From) && !over(c.To)
	}
	if solved {
		f.Solved++
	}
	if again {
		f.Reopened++
	}
}

// createdOf is when a ticket was opened: its first message, where it does not say.
func createdOf(t *desk.Ticket) time.Time {
	if t.Created.IsZero() && len(t.Messages) > 0 {
		return t.Messages[0].At
	}
	return t.Created
}

// answered is when an agent first answered in public; zero never. What opens the ticket
// is no answer.
func answered(t *desk.Ticket) time.Time {
	for i := range t.Messages {
		if m := &t.Messages[i]; i > 0 && !m.Note && m.Author.Kind == desk.KindAgent {
			return m.At
		}
	}
	return time.Time{}
}

// Times sums up spans of time. The median is exact to a twelfth.
type Times struct {
	Count int64         `json:"count"`
	Sum   time.Duration `json:"sum"`

	steps map[int]int64 // how many of each size, in steps of an eighth of an octave
}

func (t *Times) add(d time.Duration) {
	if t.steps == nil {
		t.steps = map[int]int64{}
	}
	d = max(d, 0)
	t.Count++
	t.Sum += d
	t.steps[int(8*math.Log2(d.Seconds()+1))]++
}

// Mean is the mean; 0 of none.
func (t *Times) Mean() time.Duration {
	if t.Count == 0 {
		return 0
	}
	return t.Sum / time.Duration(t.Count)
}

// Median is about the median; 0 of none.
func (t *Times) Median() time.Duration {
	n := int64(0)
	for step := 0; n < t.Count && step < 8*64; step++ {
		if n += t.steps[step]; 2*n >= t.Count {
			return time.Duration((math.Exp2((float64(step)+0.5)/8) - 1) * float64(time.Second)).Round(time.Second)
		}
	}
	return 0
}
