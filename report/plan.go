package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Plan is what a run would do, as --json prints it.
type Plan struct {
	Seconds float64 `json:"seconds"` // that planning took
	// Requests are the calls to targets that take them one by one, as systems over
	// HTTP do; reading is not among them.
	Requests int64                 `json:"requests"`
	Kinds    map[desk.Kind]Planned `json:"kinds"` // of the last hop; of several routes, their sum
	Hops     []PlannedHop          `json:"hops"`
	Losses   []Loss                `json:"losses"` // all sorts of them
	Losing   Losing                `json:"losing"`
	// Unforeseen is what the targets cannot tell beforehand, one sentence each.
	Unforeseen []string `json:"unforeseen,omitempty"`
	// Conflicts is what was changed on both sides, and what would be done.
	Conflicts []Loss `json:"conflicts,omitempty"`
	// Refused lists the first of the records that would go to quarantine or wait; Kinds and
	// Hops count all.
	Refused []Refusal `json:"refused"`
	// Merges are what comes together where several sources become one.
	Merges []Merge `json:"merges,omitempty"`
	// Sample are the tickets that a sample picks.
	Sample []SampledTicket `json:"sample,omitempty"`
	// Causes are why all of them would.
	Causes   Causes   `json:"-"`
	Problems []string `json:"problems,omitempty"`
	// First is what has to be settled before a run may write, one sentence each.
	First []string `json:"first,omitempty"`
	// Command does what is planned.
	Command string `json:"-"`
	// Project, Made and Then, commands that come before it, are for the page.
	Project string    `json:"-"`
	Made    time.Time `json:"-"`
	Then    []Step    `json:"-"`
}

// PlannedHop is one leg of a plan.
type PlannedHop struct {
	From  string                `json:"from"`
	To    string                `json:"to"`
	Kinds map[desk.Kind]Planned `json:"kinds"`
	// Drops are the kinds that the target has no room for at all.
	Drops []desk.Kind `json:"drops,omitempty"`
	Last  bool        `json:"-"`
	// Unopened says why the source could not be opened: the leg is not planned.
	Unopened string `json:"unopened,omitempty"`
	Listed   Listed `json:"-"`
}

// Planned is what would become of the records of one kind; Read is the sum of the
// rest but for Lost.
type Planned struct {
	Read      int64 `json:"read"`
	Create    int64 `json:"create"`
	Adopt     int64 `json:"adopt"`
	Update    int64 `json:"update"`
	Append    int64 `json:"append"` // of messages: to tickets that stand already
	Unchanged int64 `json:"unchanged"`
	Skip      int64 `json:"skip"`
	Hold      int64 `json:"hold"`
	Refuse    int64 `json:"refuse"`
	Lose      int64 `json:"lose"` // things of it that the target could not keep
}

// Refusal is one record that would go to quarantine or wait, and why.
type Refusal struct {
	Hop    string            `json:"hop"`
	Kind   desk.Kind         `json:"kind"`
	ID     desk.ID           `json:"id"`
	Reason connectors.Reason `json:"reason"`
	Detail string            `json:"detail"`
}

// PlannedOf turns the counts of a dry run into a plan's. Of the messages created,
// appended go to tickets that stand already.
func PlannedOf(n checkpoints.Counts, appended int64, lost map[desk.Kind]int64) map[desk.Kind]Planned {
	out := map[desk.Kind]Planned{}
	for _, k := range all {
		c := n[k]
		p := Planned{
			Read: c.Read, Create: c.Created, Adopt: c.Adopted, Update: c.Updated, Unchanged: c.Unchanged, Skip: c.Skipped,
			Hold: c.Held, Refuse: c.Failed, Lose: lost[k],
		}
		if k == desk.KindMessage {
			p.Create, p.Append = p.Create-appended, appended
		}
		out[k] = p
	}
	return out
}

// Complete sums the last hops.
func (p *Plan) Complete() {
	p.Kinds = map[desk.Kind]Planned{}
	for _, k := range all {
		var sum Planned
		for _, h := range p.Hops {
			if !h.Last {
				continue
			}
			q := h.Kinds[k]
			sum = Planned{
				sum.Read + q.Read, sum.Create + q.Create, sum.Adopt + q.Adopt, sum.Update + q.Update, sum.Append + q.Append,
				sum.Unchanged + q.Unchanged, sum.Skip + q.Skip, sum.Hold + q.Hold, sum.Refuse + q.Refuse, sum.Lose + q.Lose,
			}
		}
		p.Kinds[k] = sum
	}
	tickets := p.Kinds[desk.KindTicket]
	p.Losing.Of = tickets.Read - tickets.Skip // what is left out loses nothing
	for _, l := range p.Losses {
		if l.Kept {
			p.Losing.Kept += l.Count
		} else {
			p.Losing.Lost += l.Count
		}
	}
}

// Text writes the plan for a person to read.
func (p *Plan) Text(w io.Writer) error {
	var b strings.Builder
	nothing := "do nothing: all agrees"
	for _, h := range p.Hops {
		if h.Unopened != "" {
			fmt.Fprintf(&b, "\n%s → %s cannot be planned: %s\n", h.From, h.To, h.Unopened)
			nothing = "do nothing with what is in the archive already"
			continue
		}
		fmt.Fprintf(&b, "\n%s → %s would\n", h.From, h.To)
		h.table(&b, nothing)
		for _, k := range h.Drops {
			fmt.Fprintf(&b, "  leave out all %s: the target has no room for them\n", plural[k])
		}
	}
	forecast(&b, p.Losses)
	lines(&b, "Conflicts, and what becomes of them", p.Conflicts)
	causes(&b, p.Causes.List())
	for i := range p.Merges {
		p.Merges[i].text(&b)
	}
	sampleText(&b, p.Sample, "")
	if len(p.Unforeseen) > 0 {
		b.WriteString("\nSeen only when it is written:\n")
		for _, u := range p.Unforeseen {
			fmt.Fprintf(&b, "  %s\n", u)
		}
	}
	if p.Requests > 0 {
		fmt.Fprintf(&b, "\nThat takes %s calls that write.\n", Number(p.Requests))
	}
	for _, n := range p.Problems {
		fmt.Fprintf(&b, "! %s\n", n)
	}
	fmt.Fprintf(&b, "\n%s\n", p.Losing)
	b.WriteString(p.then())
	_, err := io.WriteString(w, b.String())
	return err
}

// Once adds those sentences that are not there yet: several legs to one target say the same.
func Once(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// then says what to do with the plan.
func (p *Plan) then() string {
	if len(p.First) == 0 && p.idle() {
		return "\nNothing was written, and there is nothing to do.\n"
	}
	if len(p.First) == 0 {
		return fmt.Sprintf("\nNothing was written. This does it:\n  %s\n", p.Command)
	}
	var b strings.Builder
	b.WriteString("\nNothing was written, and nothing will be until this is settled:\n")
	for _, f := range p.First {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	fmt.Fprintf(&b, "Then this does it:\n  %s\n", p.Command)
	return b.String()
}

// idle tells whether a run would do nothing.
func (p *Plan) idle() bool {
	for _, h := range p.Hops {
		for _, n := range h.Kinds {
			if n.Create+n.Adopt+n.Update+n.Append+n.Hold > 0 {
				return false
			}
		}
	}
	return true
}

func (h PlannedHop) table(b *strings.Builder, nothing string) {
	cols := []struct {
		name string
		of   func(Planned) int64
	}{
		{"create", func(p Planned) int64 { return p.Create }},
		{"adopt", func(p Planned) int64 { return p.Adopt }},
		{"update", func(p Planned) int64 { return p.Update }},
		{"append", func(p Planned) int64 { return p.Append }},
		{"leave", func(p Planned) int64 { return p.Unchanged }},
		{"skip", func(p Planned) int64 { return p.Skip }},
		{"wait", func(p Planned) int64 { return p.Hold }},
		{"quarantine", func(p Planned) int64 { return p.Refuse }},
		{"lose", func(p Planned) int64 { return p.Lose }},
	}
	var lines int
	for _, k := range all {
		p := h.Kinds[k]
		if p.Read == 0 {
			continue
		}
		lines++
		fmt.Fprintf(b, "  %-14s", plural[k])
		for _, c := range cols {
			if n := c.of(p); n != 0 {
				fmt.Fprintf(b, "  %s %s", c.name, Number(n))
			}
		}
		b.WriteByte('\n')
	}
	if lines == 0 {
		fmt.Fprintf(b, "  %s\n", nothing)
	}
}
