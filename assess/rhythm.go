package assess

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Rhythm is when messages come and go.
type Rhythm struct {
	Zone    string `json:"zone"`
	Guessed bool   `json:"guessed"`
	By      string `json:"by,omitempty"` // by when who writes it was guessed: agents or customers, nobody where there is too little
	// Demand is when customers write, Work when agents do: by weekday, Monday first, and
	// hour of the team's time.
	Demand [7][24]int64 `json:"demand"`
	Work   [7][24]int64 `json:"work"`
	// Windows are the quietest times of Hours in the two weeks to come.
	Hours   int      `json:"hours"`
	Windows []Window `json:"windows"`
}

// Window is a time for a cutover.
type Window struct {
	From     time.Time `json:"from"` // in the team's zone
	To       time.Time `json:"to"`
	Messages float64   `json:"messages"` // that come in on the average
}

// week counts by hour, Monday 0:00 first.
type week [7 * 24]int64

type rhythms struct {
	zone         *time.Location // nil: UTC, and what is counted is turned when it is guessed
	demand, work week
	weeks        map[int64]bool // in which something came
}

func newRhythms(zone *time.Location) rhythms {
	return rhythms{zone: zone, weeks: map[int64]bool{}}
}

func (r *rhythms) ticket(t *desk.Ticket) {
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.At.IsZero() {
			continue
		}
		at := m.At.UTC()
		if r.zone != nil {
			at = m.At.In(r.zone)
		}
		hour := hourOf(at)
		if m.Author.Kind == desk.KindAgent {
			r.work[hour]++
		} else if !m.Note {
			r.demand[hour]++
		}
		r.weeks[m.At.Unix()/(7*24*3600)] = true
	}
}

// hourOf is the hour of the week, Monday's first being 0.
func hourOf(at time.Time) int { return (int(at.Weekday())+6)%7*24 + at.Hour() }

func (r *rhythms) result(now time.Time, hours int) Rhythm {
	zone, guessed, by := r.zone, false, ""
	demand, work := r.demand, r.work
	if zone == nil {
		var offset int
		offset, by = guess(work, demand)
		guessed, zone = true, time.FixedZone(offsetName(offset), offset*3600)
		demand, work = demand.turned(offset), work.turned(offset)
	}
	out := Rhythm{Zone: zone.String(), Guessed: guessed, By: by, Demand: demand.table(), Work: work.table(), Hours: hours}
	out.Windows = []Window{}
	if demand.sum()+work.sum() > 0 {
		out.Windows = windows(demand, work, max(1, len(r.weeks)), now.In(zone), hours)
	}
	return out
}

func offsetName(hours int) string { return fmt.Sprintf("UTC%+d", hours) }

// guess is by how many hours the team's clock is ahead of UTC: so that most of what agents
// write, or customers where there are no agents, is written from nine to six. by is whose it
// was.
func guess(work, demand week) (offset int, by string) {
	of, by := work, "agents"
	if of.sum() < few {
		of, by = demand, "customers"
	}
	if of.sum() < few {
		return 0, "nobody" // a few messages tell of no habit
	}
	best := int64(-1)
	for _, o := range []int{0, 1, 2, 3, -5, -8, 4, 5, -4, -6, -7, 8, 9, 6, 7, 10, 11, 12, -3, -2, -1, -9, -10, -11} {
		turned, n := of.turned(o), int64(0)
		for h, c := range turned {
			if hour := h % 24; hour >= 9 && hour < 18 && h/24 < 5 {
				n += c
			}
		}
		if n > best {
			best, offset = n, o
		}
	}
	return offset, by
}

// few is of how many messages nothing is guessed.
const few = 50

func (w week) sum() (n int64) {
	for _, c := range w {
		n += c
	}
	return n
}

// turned is what clocks show that are so many hours ahead.
func (w week) turned(hours int) (out week) {
	for h, n := range w {
		out[(h+hours+len(w))%len(w)] = n
	}
	return out
}

func (w week) table() (out [7][24]int64) {
	for h, n := range w {
		out[h/24][h%24] = n
	}
	return out
}

// mostWindows is how many quiet times are told.
const mostWindows = 5

// windows are the quietest times of so many hours in the next two weeks, the quietest first
// and none upon another; of two that are as quiet the one with the quieter time around it,
// since a cutover takes longer than planned. The first day is too soon for anybody.
func windows(demand, work week, weeks int, now time.Time, hours int) []Window {
	type candidate struct {
		Window
		n, around int64
	}
	var all []candidate
	// The full hour of the team's clock, which may be half an hour beside that of UTC.
	first := time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), 0, 0, 0, now.Location()).Add(24 * time.Hour)
	for h := range 13 * 24 {
		from := first.Add(time.Duration(h) * time.Hour)
		sum := func(begin, end int) (n int64) {
			for i := begin; i < end; i++ {
				at := hourOf(from.Add(time.Duration(i) * time.Hour))
				n += demand[at] + work[at]
			}
			return n
		}
		n := sum(0, hours)
		w := Window{From: from, To: from.Add(time.Duration(hours) * time.Hour), Messages: float64(n) / float64(weeks)}
		all = append(all, candidate{w, n, sum(-hours, 2*hours)})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.around, b.around)) })
	out := []Window{}
	for _, w := range all {
		free := !slices.ContainsFunc(out, func(o Window) bool { return w.From.Before(o.To) && o.From.Before(w.To) })
		if free && len(out) < mostWindows {
			out = append(out, w.Window)
		}
	}
	return out
}
