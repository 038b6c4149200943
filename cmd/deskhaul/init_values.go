package main

import (
	"context"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/draft"
)

// swaps asks a target which values it would not take, of those that the sources have: it is
// shown a ticket with each, as a plan would show it.
func swaps(ctx context.Context, f connectors.Foreseer, seen findings) map[string][]draft.Swap {
	out := map[string][]draft.Swap{}
	ask := func(field, value string, set func(*desk.Ticket)) {
		t := &desk.Ticket{Subject: "-", Status: desk.StatusOpen}
		t.Mark = "init"
		set(t)
		losses, err := f.Foresee(ctx, connectors.Write{Record: t})
		if err != nil {
			return // it would refuse such a ticket, which says nothing of the value
		}
		for _, l := range losses {
			if l.Field == field && l.Why == connectors.WhyValue && l.Takes != "" {
				out[field] = append(out[field], draft.Swap{Value: value, Takes: strings.Split(l.Takes, "\n")})
			}
		}
	}
	for _, v := range desk.Statuses {
		ask("status", string(v), func(t *desk.Ticket) { t.Status = v })
	}
	for _, v := range desk.Priorities {
		ask("priority", string(v), func(t *desk.Ticket) { t.Priority = v })
	}
	for _, v := range valuesOf(seen.sources, "type") {
		ask("type", v, func(t *desk.Ticket) { t.Type = v })
	}
	for _, v := range valuesOf(seen.sources, "channel") {
		ask("channel", v, func(t *desk.Ticket) { t.Channel = v })
	}
	return out
}

// valuesOf are the values of a field of tickets that the sources told.
func valuesOf(sources []draft.End, field string) (out []string) {
	for _, e := range sources {
		for _, f := range e.Schema.Fields {
			if f.Kind == desk.KindTicket && f.Name == field {
				out = append(out, f.Options...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
