package assess

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Life is how long conversations stay active, and what a delta will bring.
type Life struct {
	Lifetimes []Span `json:"lifetimes"` // from a ticket's opening to its last message, of those that had an answer
	Gaps      []Span `json:"gaps"`      // from one message of a ticket to the next
	// Over is after how many days so many of a hundred conversations are over, of those that
	// had an answer.
	Over []Over `json:"over"`
	// Deltas tell what a delta so many days after the cutover brings: new messages, in
	// tickets that were moved, by what came in the last year.
	Deltas []Delta `json:"deltas"`
	// Days is when a delta brings 95 of a hundred messages that will ever come.
	Days int `json:"days"`
	// Months is of how many months that is told; Period is the same in days.
	Months int `json:"months"`
	Period int `json:"period_days"`
}

// Span is how many lie between the span before and this one.
type Span struct {
	Hours int64 `json:"below_hours"` // 0 the rest
	Count int64 `json:"count"`
}

// Over is when conversations are over.
type Over struct {
	Percent int     `json:"percent"`
	Days    float64 `json:"days"`
}

// Delta is what a delta brings.
type Delta struct {
	Days     int     `json:"days"` // after the cutover
	Messages float64 `json:"messages"`
	Tickets  float64 `json:"tickets"` // in so many
	Share    float64 `json:"share"`   // of all messages that ever come to what was moved
}

const day = 24 * time.Hour

var (
	spans     = []time.Duration{time.Hour, 4 * time.Hour, day, 3 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day, 0}
	deltaDays = []int{1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 180, 365}
)

type lives struct {
	lifetimes, gaps []int64            // by spans
	hours           map[int64]int64    // lifetimes of conversations, in hours
	days            map[int64]*brought // since 1970
	first           int64              // of those, the first on which something was opened
}

// brought is what came on a day to tickets that stood: for each span of days, in how much
// of the time a cutover would have been followed by it within those days. See ticket.
type brought struct {
	messages, tickets []float64 // days
	ever              float64
}

func newLives() lives {
	return lives{lifetimes: make([]int64, len(spans)), gaps: make([]int64, len(spans)), hours: map[int64]int64{}, days: map[int64]*brought{}, first: math.MaxInt64}
}

// ticket takes in one conversation. A cutover at a time T leaves to a delta d days later the
// messages that came in between to tickets that stood. Over all T of a period, a message of
// the age a is such a one for min(a, d) of the time: so, divided by the period, is what a
// delta brings on the average.
//
// What was not when it says, such as in 2099, tells nothing.
func (l *lives) ticket(t *desk.Ticket, now time.Time) {
	begun := opened(t)
	if !credible(begun, now) {
		return
	}
	l.first = min(l.first, dayOf(begun))
	last := begun
	for i := range t.Messages {
		at := t.Messages[i].At
		if !credible(at, now) || at.Before(last) {
			continue
		}
		if i > 0 {
			l.gaps[spanOf(at.Sub(last))]++
			l.came(begun, last, at)
		}
		last = at
	}
	if len(t.Messages) > 1 {
		l.lifetimes[spanOf(last.Sub(begun))]++
		l.hours[int64(last.Sub(begun)/time.Hour)]++
	}
}

// came takes in a message that came to a ticket after another, or after its opening.
func (l *lives) came(begun, before, at time.Time) {
	b := l.days[dayOf(at)]
	if b == nil {
		b = &brought{messages: make([]float64, len(deltaDays)), tickets: make([]float64, len(deltaDays))}
		l.days[dayOf(at)] = b
	}
	age := at.Sub(begun)
	b.ever += inDays(age)
	for i, days := range deltaDays {
		within := min(age, time.Duration(days)*day)
		b.messages[i] += inDays(within)
		// The ticket counts once, however many of its messages come within the days.
		b.tickets[i] += inDays(min(within, at.Sub(before)))
	}
}

// dayOf is a day by its number.
func dayOf(at time.Time) int64 { return at.Unix() / int64(day/time.Second) }

func inDays(d time.Duration) float64 { return d.Hours() / 24 }

func spanOf(d time.Duration) int {
	for i, below := range spans {
		if d < below || below == 0 {
			return i
		}
	}
	return len(spans) - 1
}

func (l *lives) result() Life {
	out := Life{Lifetimes: spansOf(l.lifetimes), Gaps: spansOf(l.gaps), Over: []Over{}, Deltas: []Delta{}}
	for _, percent := range []int{50, 90, 95, 99} {
		if hours, ok := l.percentile(percent); ok {
			out.Over = append(out.Over, Over{percent, float64(hours+1) / 24})
		}
	}
	l.deltas(&out)
	return out
}

func spansOf(counts []int64) []Span {
	out := make([]Span, len(counts))
	for i, n := range counts {
		out[i] = Span{int64(spans[i] / time.Hour), n}
	}
	return out
}

// percentile is within how many whole hours so many of a hundred conversations are over.
func (l *lives) percentile(percent int) (hours int64, ok bool) {
	var all, n int64
	for _, c := range l.hours {
		all += c
	}
	for _, h := range slices.Sorted(maps.Keys(l.hours)) {
		if n += l.hours[h]; 100*n >= int64(percent)*all {
			return h, true
		}
	}
	return 0, false
}

// lastDays is of how many days, up to the last on which something came, a forecast is made.
const lastDays = 365

func (l *lives) deltas(out *Life) {
	if len(l.days) == 0 {
		return
	}
	last := slices.Max(slices.Collect(maps.Keys(l.days)))
	from := max(last-lastDays+1, l.first)
	period := float64(last - from + 1)
	var sum brought
	sum.messages, sum.tickets = make([]float64, len(deltaDays)), make([]float64, len(deltaDays))
	for d, b := range l.days {
		if d < from {
			continue
		}
		sum.ever += b.ever
		for i := range deltaDays {
			sum.messages[i] += b.messages[i]
			sum.tickets[i] += b.tickets[i]
		}
	}
	out.Period, out.Months = int(period), int(math.Round(period/30.4))
	for i, days := range deltaDays {
		d := Delta{Days: days, Messages: sum.messages[i] / period, Tickets: sum.tickets[i] / period}
		if sum.ever > 0 {
			d.Share = sum.messages[i] / sum.ever
		}
		if out.Days == 0 && d.Share >= 0.95 {
			out.Days = days
		}
		out.Deltas = append(out.Deltas, d)
	}
}
