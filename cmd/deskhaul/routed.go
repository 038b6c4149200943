package main

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/pipeline"
)

// routed is where the routes of a mapping send tickets, as a leg sees it.
type routed struct {
	here   *hop
	others []wayOut
	first  bool // the leg tells of tickets that no route fits
}

// wayOut is another target that routes lead to, and what stands there of the leg's source.
type wayOut struct {
	name   string
	ledger checkpoints.Ledger
}

// routed is nil where routes lead to no target: each target gets every ticket.
func (h *hop) routed(ctx context.Context) (*routed, error) {
	if !h.s.p.Mapping.Splits() {
		return nil, nil
	}
	r := &routed{here: h, first: h.to == h.s.p.Targets[0]}
	for _, to := range h.s.p.Targets {
		if to == h.to {
			continue
		}
		ledger, err := h.s.store.Ledger(ctx, pairOf(to.UUID, h.from, to))
		if err != nil {
			return nil, err
		}
		r.others = append(r.others, wayOut{to.Name, ledger})
	}
	return r, nil
}

// decide says whether a ticket that the mapping keeps goes this way. One that stands at a
// target already stays in step there, wherever its route leads now: a second copy would be
// a double, and to move it is for a person to decide.
func (r *routed) decide(ctx context.Context, id desk.ID, v mapping.Verdict, out *pipeline.Verdict) error {
	here := r.here.to.Name
	row, _, err := r.here.ledger.Row(ctx, desk.KindTicket, "", id)
	switch {
	case err != nil:
		return err
	case stands(row) && v.To != here:
		out.Conflicts = append(out.Conflicts, pipeline.Conflict{Field: routeField, Detail: fmt.Sprintf(
			"ticket %s stands in %s, and %s: it stays there and is kept in step. To move it, take it back with deskhaul rollback --ticket %s --yes, and run again",
			id, here, leads(v), id)})
		return nil
	case stands(row):
		return nil
	}
	other, err := r.elsewhere(ctx, id)
	switch {
	case err != nil:
		return err
	case other != "":
		out.Keep, out.Rule = false, "it stands in "+other+", where it was brought before"
	case v.To == here:
	case v.To != "":
		out.Keep, out.Rule = false, "tickets.routes."+v.Route+" leads to "+v.To
	case r.first:
		return &connectors.Trouble{
			Reason: connectors.ReasonMapping, Err: fmt.Errorf("ticket %s: no route fits it, so it goes to no target", id),
			Hint: "add a route for it, or a last one without \"when\", and run again",
		}
	default:
		out.Keep, out.Rule = false, "no route fits it, which is told on the way to "+r.here.s.p.Targets[0].Name
	}
	return nil
}

// routeField is what a report calls the route of a ticket.
const routeField = "route"

// leads says in words where the routes send a ticket.
func leads(v mapping.Verdict) string {
	if v.To == "" {
		return "no route fits it any more"
	}
	return fmt.Sprintf("its route %q leads to %s now", v.Route, v.To)
}

// stands tells whether a ticket is at a target, or may be.
func stands(row checkpoints.Row) bool { return row.Target != "" || row.State == checkpoints.Intended }

// elsewhere is the other target at which a ticket stands; "" at none.
func (r *routed) elsewhere(ctx context.Context, id desk.ID) (string, error) {
	for _, o := range r.others {
		row, _, err := o.ledger.Row(ctx, desk.KindTicket, "", id)
		if err != nil || stands(row) {
			return o.name, err
		}
	}
	return "", nil
}
