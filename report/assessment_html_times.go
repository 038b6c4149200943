package report

import (
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/assess"
)

func (p *assessPage) rhythm() {
	r := &p.Rhythm
	if len(r.Windows) == 0 {
		return
	}
	p.ZoneSaid = p.zone(r)
	most := int64(0)
	for d := range 7 {
		for h := range 24 {
			most = max(most, r.Demand[d][h]+r.Work[d][h])
		}
	}
	for d := range 7 {
		row := heatRow{Day: p.Weekday(d)}
		for h := range 24 {
			n := r.Demand[d][h] + r.Work[d][h]
			row.Cells = append(row.Cells, heatCell{fmt.Sprintf("%s %02d:00: %s", row.Day, h, p.Say("%d messages", n)), 100 * ratio(n, most)})
		}
		p.Heat = append(p.Heat, row)
	}
	for h := range 24 {
		label := "" // each would be too much on a phone
		if h%3 == 0 {
			label = fmt.Sprint(h)
		}
		p.Hours = append(p.Hours, label)
	}
	for _, w := range r.Windows {
		when := fmt.Sprintf("%s %s – %s", p.Weekday((int(w.From.Weekday())+6)%7), w.From.Format("2006-01-02 15:04"), w.To.Format("15:04"))
		p.Quiet = append(p.Quiet, quietRow{when, p.Say("about %.1f messages", w.Messages)})
	}
}

func (p *assessPage) life() {
	var lived, deltas []point
	if p.Life.Days > 0 {
		p.LastDelta = p.lastDelta(&p.Life)
	}
	if len(p.Life.Over) > 0 {
		for _, s := range p.Life.Lifetimes {
			lived = append(lived, point{p.below(s.Hours), p.Say("%d", s.Count), float64(s.Count)})
		}
	}
	for _, d := range p.Life.Deltas {
		if slices.Contains([]int{2, 5, 10, 21, 45}, d.Days) {
			continue // all of them are too many for a phone
		}
		deltas = append(deltas, point{fmt.Sprint(d.Days), p.Percent(d.Share), d.Share})
	}
	p.LifeChart = columns(p.Say("Conversations by how long they lived"), lived)
	p.DeltaChart = columns(p.Say("What a delta brings, by the day after the cutover"), deltas)
}

// below names a span by its end.
func (p *assessPage) below(hours int64) string {
	switch {
	case hours == 0:
		return "…"
	case hours < 24:
		return p.Say("< %d h", hours)
	}
	return p.Say("< %d d", hours/24)
}

func (p *assessPage) served() {
	f := &p.Service
	add := func(n int64, key, figure string) {
		if n > 0 {
			p.Served = append(p.Served, tile{figure, p.Say(key)})
		}
	}
	spell := func(s assess.Spell) string { return p.units(Span(s.MeanTime())) + ", " + p.units(Span(s.MedianTime())) }
	add(f.FirstResponse.Tickets, "First response (mean, median)", spell(f.FirstResponse))
	add(f.Resolution.Tickets, "Resolution (mean, median)", spell(f.Resolution))
	add(min(f.Solved, f.Tracked), "Reopened", p.Percent(ratio(f.Reopened, f.Solved)))
	add(f.Rated, "Satisfaction", p.Percent(ratio(f.Good, f.Rated)))
	if text := (&assessText{Tongue: p.Tongue}); f.Rated > 0 {
		p.Scores = p.Say("%s good, of %d that were rated: %s", p.Percent(ratio(f.Good, f.Rated)), f.Rated, text.valuesOf(f.Scores))
	}
}
