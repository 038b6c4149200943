package main

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
)

// canaryPart is a part of a canary: what has been done to the ticket when it stands there,
// and the call that does it.
type canaryPart struct {
	done string
	call connectors.Call
}

// canaryChanges are what each stage does to the ticket itself.
var canaryChanges = [canaryStages + 1]canaryPart{
	1: {"made with a message and a file", connectors.CallTicket}, 2: {"changed", connectors.CallFields},
	3: {"solved", connectors.CallClose}, 4: {"closed", connectors.CallClose},
}

// part is the part of the canary that a line is about. Of people it has no name: they are
// no more than what the ticket needs.
func (s *canarySource) part(row checkpoints.Row) canaryPart {
	switch row.ID {
	case s.messageID("answer"):
		return canaryPart{"answered by an agent", connectors.CallPublic}
	case s.messageID("reply"):
		return canaryPart{"answered by the customer", connectors.CallPublic}
	case s.messageID("note"):
		return canaryPart{"noted", connectors.CallNote}
	case s.ticketID():
		return canaryChanges[s.stage]
	case s.contactID(), s.agentID():
		if row.Target != "" {
			return canaryPart{"changed: the " + string(row.Kind), connectors.CallPerson}
		}
		return canaryPart{"made: the " + string(row.Kind), map[desk.Kind]connectors.Call{desk.KindContact: connectors.CallContact, desk.KindAgent: connectors.CallAgent}[row.Kind]}
	}
	return canaryPart{}
}

// note adds what of a stage stands at the target, and what it refused for good. What was
// refused at an earlier stage may have been written now.
func (h *hop) note(c *project.Canary, src *canarySource, lines canaryLines) {
	for _, row := range lines {
		part := src.part(row)
		switch {
		case part.done == "":
		case final(row):
			refused := project.Refused{Part: part.done, Call: part.call, Why: row.Detail, Unproven: h.bySetting(part.call)}
			c.Refused = append(without(c.Refused, part), refused)
		case row.Kind == desk.KindMessage && row.State == checkpoints.Done, row.Kind == desk.KindTicket && src.arrived(row):
			c.Refused = without(c.Refused, part)
			if !slices.Contains(c.Wrote, part.done) {
				c.Wrote = append(c.Wrote, part.done)
			}
		}
	}
}

// unassigned says why the ticket was not assigned to the agent of a canary; "" if it was.
func (h *hop) unassigned(ctx context.Context, c *project.Canary, src *canarySource) (string, error) {
	if c.Agent == "" {
		return "", nil
	}
	losses, err := h.ledger.Losses(ctx, desk.KindTicket, src.ticketID())
	i := slices.IndexFunc(losses, func(l checkpoints.Loss) bool { return l.Kind == desk.KindTicket && l.Field == "assignee" })
	if i < 0 || err != nil {
		return "", err
	}
	return losses[i].Detail, nil
}

// without are the refusals of other parts.
func without(all []project.Refused, part canaryPart) []project.Refused {
	return slices.DeleteFunc(slices.Clone(all), func(r project.Refused) bool { return r.Part == part.done })
}

// arrived tells whether the ticket has at the target the status of its stage. A target that
// keeps none, or none that changes, was not written to.
func (s *canarySource) arrived(row checkpoints.Row) bool {
	if s.stage == 1 {
		return true
	}
	status := func(all desk.Prints) (sum [8]byte, there bool) {
		i := slices.IndexFunc(all, func(p desk.Print) bool { return p.Name == "status" })
		if i >= 0 {
			sum = all[i].Sum
		}
		return sum, i >= 0
	}
	want, _ := status(desk.PrintsOf(s.ticket()))
	got, there := status(row.Written)
	return there && got == want
}

// bySetting tells whether a call is one that a run makes as the target is configured, and
// that a setting alone keeps quiet: such calls a canary is to show.
func (h *hop) bySetting(call connectors.Call) bool {
	return slices.ContainsFunc(h.to.Spec.Of(call), func(line connectors.Silence) bool {
		return line.By == connectors.BySetting && (line.Only == "" || line.Only == h.writes.Declared)
	})
}
