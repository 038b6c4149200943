package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/draft"
)

// swaps asks a target which values it would not take, of those that the sources have: it is
// shown a ticket with each, as a plan would show it. untried says why it tells nothing.
func swaps(ctx context.Context, f connectors.Foreseer, seen findings) (out map[string][]draft.Swap, untried string) {
	out = map[string][]draft.Swap{}
	ask := func(field, value string, set func(*desk.Ticket)) {
		t := specimen()
		set(t)
		losses, err := f.Foresee(ctx, connectors.Write{Record: t})
		for _, l := range losses { // also of one that it would refuse over something else
			if l.Field == field && l.Why == connectors.WhyValue && l.Takes != "" {
				out[field] = append(out[field], draft.Swap{Value: value, Takes: strings.Split(l.Takes, "\n")})
			}
		}
		if err != nil && len(losses) == 0 {
			untried = "it would refuse the ticket that it is tried with: " + plainly(err)
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
	return out, untried
}

// specimen is an ordinary ticket, of somebody who would be there by then.
func specimen() *desk.Ticket {
	who := desk.Ref{Kind: desk.KindContact, ID: "init", Target: connectors.PlannedID + "init"}
	at := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)
	return &desk.Ticket{
		Meta: desk.Meta{ID: "init", Mark: "init", Created: at}, Subject: "-", Status: desk.StatusOpen, Requester: who,
		Messages: []desk.Message{{ID: "init", Mark: "init", Author: who, At: at, Text: "-"}},
	}
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
