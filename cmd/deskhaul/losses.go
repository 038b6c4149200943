package main

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/forecast"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// losses gathers what targets could not keep, a line for each field and reason, and
// writes each into a file where one was asked for.
type losses struct {
	mu   sync.Mutex
	all  []*report.Loss
	seen map[lossSort]*report.Loss

	file      *lossFile // nil: none was asked for
	conflicts *losses   // what was changed on both sides; nil: not gathered
}

type lossSort struct {
	hop   string
	kind  desk.Kind
	field string
	why   connectors.Why
	kept  bool
}

// What is remembered of each sort of loss.
const (
	mostTickets = 5
	mostValues  = 50
)

func (l *losses) add(hop string, e pipeline.Event) {
	l.file.write(hop, e)
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.of(lossSort{hop, e.Kind, e.Loss.Field, e.Loss.Why, e.Loss.Kept}, e, e.Loss.Detail)
	x.Count++
	if ticket := string(ticketIn(e)); ticket != "" {
		x.Tickets = among(x.Tickets, ticket)
	}
	if x.Takes == nil && e.Loss.Takes != "" {
		x.Takes = strings.Split(e.Loss.Takes, "\n")
	}
	if e.Loss.Value == "" {
		return
	}
	for _, v := range strings.Split(e.Loss.Value, "\n") {
		value(x, v, e.Loss.Why)
	}
}

// value counts a value that was not taken; of sizes the largest is remembered.
func value(x *report.Loss, v string, why connectors.Why) {
	i := slices.IndexFunc(x.Values, func(known report.Value) bool { return known.Value == v })
	switch {
	case i >= 0:
		x.Values[i].Count++
	case why == connectors.WhyTooLarge && len(x.Values) > 0:
		if was := &x.Values[0]; len(v) > len(was.Value) || len(v) == len(was.Value) && v > was.Value {
			was.Value = v
		}
		x.Values[0].Count++
	case len(x.Values) < mostValues:
		x.Values = append(x.Values, report.Value{Value: v, Count: 1})
	default:
		x.OtherValues++
	}
}

// ticketIn is the ticket that an event is about; "" it is about none.
func ticketIn(e pipeline.Event) desk.ID {
	if e.Kind == desk.KindTicket {
		return e.ID
	}
	return e.Parent
}

// conflict counts what was changed on both sides.
func (l *losses) conflict(hop string, e pipeline.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(lossSort{hop: hop, kind: e.Kind, field: e.Conflict.Field}, e, e.Conflict.Detail).Count++
}

// of is the line of a sort.
func (l *losses) of(key lossSort, e pipeline.Event, detail string) *report.Loss {
	if l.seen == nil {
		l.seen = map[lossSort]*report.Loss{}
	}
	x := l.seen[key]
	if x == nil {
		x = &report.Loss{Hop: key.hop, Kind: key.kind, Field: key.field, Why: key.why, Kept: key.kept}
		l.seen[key], l.all = x, append(l.all, x)
	}
	if at := cmp.Or(byID(string(e.Parent), x.Ticket), byID(string(e.ID), x.ID), cmp.Compare(detail, x.Example)); x.Example == "" || at < 0 {
		x.Example, x.ID, x.Ticket = detail, string(e.ID), string(e.Parent)
	}
	return x
}

// byID orders ids: the workers of a run tell in another order each time, and what is shown
// of it is to be the same. Shorter ones come first, so that numbers stand in their order.
func byID(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// among adds an id to the first ones.
func among(first []string, id string) []string {
	at, known := slices.BinarySearchFunc(first, id, byID)
	if known || at == mostTickets {
		return first
	}
	first = slices.Insert(first, at, id)
	return first[:min(len(first), mostTickets)]
}

// list is what was gathered, leg by leg, the most of it first.
func (l *losses) list() (out []report.Loss) {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	legs := map[string]int{}
	for _, x := range l.all {
		if _, known := legs[x.Hop]; !known {
			legs[x.Hop] = len(legs)
		}
		slices.SortFunc(x.Values, func(a, b report.Value) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		out = append(out, *x)
	}
	slices.SortStableFunc(out, func(a, b report.Loss) int {
		return cmp.Or(cmp.Compare(legs[a.Hop], legs[b.Hop]), cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Why, b.Why))
	})
	return out
}

// adviser tells of what a leg loses what would save it.
type adviser struct {
	mapping *mapping.Mapping // nil: none applies on this leg
	target  forecast.Target
}

// advises is the adviser of an open leg.
func (h *hop) advises() adviser {
	own, can := h.target.(connectors.NoteKeeper)
	a := adviser{target: forecast.Target{
		Name: h.to.Name, Config: h.to.Config, Notes: !h.pull && h.writes.Keeps(desk.KindMessage, "note") && (!can || !own.KeepsNotes()),
	}}
	if !h.pull {
		a.mapping = h.s.p.Mapping
	}
	return a
}

// advised is what this leg loses of all that is lost, with what would save it.
func (h *hop) advised(all []report.Loss) (out []report.Loss) {
	a := h.advises()
	for _, l := range all {
		if l.Hop == h.label() {
			forecast.Advise(a.mapping, a.target, &l)
			out = append(out, l)
		}
	}
	return out
}

// of is one loss with what would save it.
func (a adviser) of(hop string, e pipeline.Event) report.Loss {
	one := new(losses)
	one.add(hop, e)
	out := one.list()[0]
	forecast.Advise(a.mapping, a.target, &out)
	return out
}
