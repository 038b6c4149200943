package report

import (
	"fmt"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// HTMLPage writes the run as a page that needs nothing but itself; csv is the file beside
// it that has all of its lists, "" none.
func (r *Run) HTMLPage(w io.Writer, t Tongue, csv string) error {
	body := runPage{
		Run: r, Top: verdictPart{Verdict: r.verdict(), Line: r.sentenceIn(t)}, CSVName: nameOf(csv), Steps: t.steps(r.Then), Picks: t.sample(r.Sample, true),
	}
	for i := range r.Hops {
		body.Ways = append(body.Ways, r.Hops[i].page(t, fmt.Sprint("way", i+1)))
	}
	body.tiles(t)
	title := t.Say("Run %s (%s)", fmt.Sprint(r.ID), r.Verb)
	return writePage(w, t, "run", page{Title: title, Project: r.Project, Made: t.Say("begun %s", t.Minute(r.Began)), Body: body})
}

// runPage is what the template shows.
type runPage struct {
	*Run
	Top     verdictPart
	CSVName string
	Picks   *samplePage
	Ways    []wayPage
	Steps   []Step
}

func (r *Run) verdict() string {
	switch {
	case r.State == checkpoints.RunFailed:
		return "bad"
	case r.State != checkpoints.RunDone || differing(r.Sample) > 0:
		return "doubt"
	}
	return "good"
}

func (b *runPage) tiles(t Tongue) {
	var bytes int64
	var moved float64
	for _, h := range b.Hops {
		if h.Last {
			bytes += h.Listed.Bytes
			moved += h.Seconds
		}
	}
	add := func(n int64, said string) { b.Top.Tiles = append(b.Top.Tiles, t.tiles(n, said)...) }
	tickets, messages, files := b.Kinds[desk.KindTicket], b.Kinds[desk.KindMessage].Created, b.Kinds[desk.KindFile].Created
	add(tickets.Created, t.Say("%d new tickets", tickets.Created))
	add(tickets.Updated, t.Say("%d updated tickets", tickets.Updated))
	add(messages, t.Say("%d messages", messages))
	add(files, t.Say("%d files", files))
	add(b.Quarantine, t.Say("%d in quarantine", b.Quarantine))
	add(b.Waiting, t.Say("%d waiting", b.Waiting))
	differing := differing(b.Sample)
	add(differing, t.Say("%d differences in the sample", differing))
	add(b.Requests, t.Say("%d requests", b.Requests))
	b.Top.Tiles = append(b.Top.Tiles, tile{t.Took(time.Duration(b.Seconds * float64(time.Second))), t.Say("it took")})
	if bytes > 0 {
		b.Top.Tiles = append(b.Top.Tiles, tile{t.Bytes(bytes), t.Say("texts and files")})
	}
	if written := tickets.Created + tickets.Updated; written > 0 && moved > 0 {
		b.Top.Tiles = append(b.Top.Tiles, tile{t.pace(float64(written) / moved), t.Say("rate")})
	}
}

// pace is how fast tickets come.
func (t Tongue) pace(perSecond float64) string {
	if perSecond >= 2 {
		return t.Say("%.0f tickets a second", perSecond)
	}
	return t.Say("%.0f tickets a minute", 60*perSecond)
}

func (h *Hop) page(t Tongue, id string) wayPage {
	var n numbers
	p := t.way(id, h.From, h.To, h.Listed, doneClasses, func(l *lister) {
		columns := []columned{{"", t.Say("Read"), func(k desk.Kind) int64 { return h.Kinds[k].Read }}}
		for _, o := range checkpoints.Outcomes {
			columns = append(columns, columned{string(o), t.Say(headOf[o]), func(k desk.Kind) int64 { return h.Kinds[k].Of(o) }})
		}
		n = l.table(append(columns, columned{"lost", t.Say("Lost"), func(k desk.Kind) int64 { return l.sum("lost", k) }}))
	})
	p.Numbers = n
	return p
}

// headOf are the heads of the columns.
var headOf = map[checkpoints.Outcome]string{
	checkpoints.OutcomeCreated: "New", checkpoints.OutcomeAdopted: "Adopted", checkpoints.OutcomeUpdated: "Updated",
	checkpoints.OutcomeUnchanged: "Unchanged", checkpoints.OutcomeSkipped: "Left out", checkpoints.OutcomeHeld: "Waiting",
	checkpoints.OutcomeFailed: "In quarantine",
}
