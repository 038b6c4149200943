package report

import (
	"fmt"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// HTMLPage writes the plan as a page that needs nothing but itself; csv is the file beside
// it that has all of its lists, "" none.
func (p *Plan) HTMLPage(w io.Writer, t Tongue, csv string) error {
	body := planPage{
		Plan: p, CSVName: nameOf(csv), Steps: t.steps(p.steps()), Picks: t.sample(p.Sample, false),
		Top: verdictPart{
			Verdict: "good", Line: p.lineIn(t), Spent: t.Say("Planned in %s, without a single write.", t.Took(time.Duration(p.Seconds*float64(time.Second)))),
		},
	}
	if p.Losing.Tickets+p.Losing.Lost > 0 || p.Causes.Sum() > 0 {
		body.Top.Verdict = "doubt"
	}
	if len(p.First) > 0 {
		body.Top.Verdict = "bad"
	}
	for i := range p.Hops {
		body.Ways = append(body.Ways, p.Hops[i].page(t, fmt.Sprint("way", i+1)))
	}
	for i := range p.Merges {
		body.Together = append(body.Together, p.Merges[i].page(t, fmt.Sprint("merge", i+1)))
	}
	body.tiles(t)
	return writePage(w, t, "plan", page{Title: t.Say("Plan"), Project: p.Project, Made: t.Minute(p.Made), Body: body})
}

// planPage is what the template shows.
type planPage struct {
	*Plan
	Top     verdictPart
	CSVName string
	Picks   *samplePage
	Ways    []wayPage
	Steps   []Step
	// Together is what comes together, leg by leg.
	Together []mergePage
}

// String is all of it in a sentence.
func (l Losing) String() string { return l.in(english()) }

// in says it in a tongue.
func (l Losing) in(t Tongue) string {
	s := t.Say("%d of %d tickets lose something: %s", l.Tickets, l.Of, t.Say("%d things are lost", l.Lost))
	if l.Tickets == 0 && l.Lost == 0 {
		s = t.Say("None of %d tickets loses anything", l.Of)
	}
	if l.Kept > 0 {
		s = t.Say("%s, %s in private notes", s, t.Say("%d are kept", l.Kept))
	}
	return s + "."
}

// lineIn is the plan in a sentence or two.
func (p *Plan) lineIn(t Tongue) string {
	if n := p.Causes.Sum(); n > 0 {
		return t.Say("%d records would be put aside. %s", n, p.Losing.in(t))
	}
	return p.Losing.in(t)
}

// steps are what to do with the plan.
func (p *Plan) steps() []Step {
	if p.idle() && len(p.First) == 0 {
		return nil
	}
	return append(p.Then, Step{p.Command, WhyMigrate})
}

func (b *planPage) tiles(t Tongue) {
	add := func(n int64, said string) { b.Top.Tiles = append(b.Top.Tiles, t.tiles(n, said)...) }
	tickets, messages := b.Kinds[desk.KindTicket], b.Kinds[desk.KindMessage]
	add(tickets.Create, t.Say("%d new tickets", tickets.Create))
	add(tickets.Update, t.Say("%d tickets to be updated", tickets.Update))
	add(messages.Create+messages.Append, t.Say("%d messages", messages.Create+messages.Append))
	add(b.Kinds[desk.KindFile].Create, t.Say("%d files", b.Kinds[desk.KindFile].Create))
	add(b.Causes.Sum(), t.Say("%d records put aside", b.Causes.Sum()))
	add(b.Losing.Lost, t.Say("%d losses", b.Losing.Lost))
	add(b.Requests, t.Say("%d calls that write", b.Requests))
}

func (h *PlannedHop) page(t Tongue, id string) wayPage {
	of := func(get func(Planned) int64) func(desk.Kind) int64 {
		return func(k desk.Kind) int64 { return get(h.Kinds[k]) }
	}
	var n numbers
	p := t.way(id, h.From, h.To, h.Listed, plannedClasses, func(l *lister) {
		n = l.table([]columned{
			{"created", t.Say("New"), of(func(p Planned) int64 { return p.Create })},
			{"adopted", t.Say("Adopted"), of(func(p Planned) int64 { return p.Adopt })},
			{"updated", t.Say("Updated"), of(func(p Planned) int64 { return p.Update })},
			{"appended", t.Say("Added"), of(func(p Planned) int64 { return p.Append })},
			{"unchanged", t.Say("Unchanged"), of(func(p Planned) int64 { return p.Unchanged })},
			{"skipped", t.Say("Left out"), of(func(p Planned) int64 { return p.Skip })},
			{"held", t.Say("Waiting"), of(func(p Planned) int64 { return p.Hold })},
			{"failed", t.Say("In quarantine"), of(func(p Planned) int64 { return p.Refuse })},
			{"lost", t.Say("Lost"), of(func(p Planned) int64 { return p.Lose })},
		})
	})
	p.Numbers, p.Unopened = n, h.Unopened
	for _, k := range h.Drops {
		p.Drops = append(p.Drops, t.Say(plural[k]))
	}
	return p
}
