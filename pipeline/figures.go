package pipeline

import (
	"maps"
	"slices"
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
	// Scores are those that were given, in the words of the source. See Good.
	Scores map[string]int64 `json:"scores"`
}

// facts are what the figures need of one ticket. A span of -1 is none.
type facts struct {
	Status   desk.Status   `json:"s,omitempty"`
	Month    string        `json:"m,omitempty"`
	Category desk.ID       `json:"c,omitempty"`
	Agent    desk.ID       `json:"a,omitempty"`
	First    time.Duration `json:"f"`
	Resolved time.Duration `json:"r"`
	Solved   bool          `json:"v,omitempty"`
	Again    bool          `json:"o,omitempty"`
	Score    string        `json:"g,omitempty"` // "" not rated
}

// factsOf reads them off a ticket, shelves and agents by the ids that the target has
// for them.
func factsOf(t *desk.Ticket) *facts {
	f := &facts{Status: t.Status, Category: t.Category.ID, Agent: t.Assignee.ID, First: -1, Resolved: -1}
	begun := createdOf(t)
	if !begun.IsZero() {
		f.Month = begun.UTC().Format("2006-01")
	}
	f.First = spell(begun, answered(t))
	end := t.Solved
	if end.IsZero() {
		end = t.Closed
	}
	f.Resolved = spell(begun, end)
	over := func(s desk.Status) bool { return s == desk.StatusSolved || s == desk.StatusClosed }
	f.Solved = over(t.Status)
	for _, c := range t.History {
		f.Solved = f.Solved || over(c.To)
		f.Again = f.Again || over(c.From) && !over(c.To)
	}
	if t.Rating != nil {
		f.Score = t.Rating.Score
	}
	return f
}

// add counts a ticket.
func (f *Figures) add(t *facts) {
	if f.Status == nil {
		f.Status, f.Month, f.Category, f.Agent = map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
		f.Scores = map[string]int64{}
	}
	f.Status[string(t.Status)]++
	f.Month[t.Month]++
	f.Category[string(t.Category)]++
	f.Agent[string(t.Agent)]++
	if t.First >= 0 {
		f.FirstResponse.add(t.First)
	}
	if t.Resolved >= 0 {
		f.Resolution.add(t.Resolved)
	}
	for _, n := range [...]struct {
		is bool
		of *int64
	}{{t.Solved, &f.Solved}, {t.Solved && t.Again, &f.Reopened}, {t.Score != "", &f.Rated}} {
		if n.is {
			*n.of++
		}
	}
	if t.Score == "" {
		return
	}
	score := t.Score
	if _, known := f.Scores[score]; !known && len(f.Scores) >= mostScores {
		score = otherScores
	}
	f.Scores[score]++
}

// dawn is before there was support by e-mail: what was opened then has no date, such as the
// zero of Unix, or a wrong one.
var dawn = time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC)

// spell is how long it took from one to the other; -1 where that cannot be told, since one of
// them is not known, or cannot be right. Clocks may differ by a day.
func spell(from, to time.Time) time.Duration {
	if to.IsZero() || from.Before(dawn) || to.Before(from.Add(-24*time.Hour)) {
		return -1
	}
	return max(0, to.Sub(from))
}

// mostScores is how many different scores are told apart; further ones, which are texts, are
// counted as otherScores.
const (
	mostScores  = 1000
	otherScores = "…"
)

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

// Times sums up spans of time. The median is exact to what people are told of it: the
// second of a span below an hour, the minute below a day, else the hour.
type Times struct {
	Count int64
	Sum   int64 // in milliseconds: a Duration ends after 292 years

	spans map[time.Duration]int64 // how many of each, as exact as they are told: bounded by the longest, not by the tickets
}

func (t *Times) add(d time.Duration) {
	if t.spans == nil {
		t.spans = map[time.Duration]int64{}
	}
	t.Count++
	t.Sum += d.Milliseconds()
	switch {
	case d < time.Hour:
		d = d.Truncate(time.Second)
	case d < 24*time.Hour:
		d = d.Truncate(time.Minute)
	default:
		d = d.Truncate(time.Hour)
	}
	t.spans[d]++
}

// Mean is the mean; 0 of none.
func (t *Times) Mean() time.Duration {
	if t.Count == 0 {
		return 0
	}
	return time.Duration(t.Sum/t.Count) * time.Millisecond
}

// Median is the median, of an even number the lower of the two in the middle; 0 of none.
func (t *Times) Median() time.Duration {
	n := int64(0)
	for _, d := range slices.Sorted(maps.Keys(t.spans)) {
		if n += t.spans[d]; 2*n >= t.Count {
			return d
		}
	}
	return 0
}

// Ticket counts a ticket of a source that is to be moved.
func (f *Figures) Ticket(t *desk.Ticket) { f.add(factsOf(t)) }
