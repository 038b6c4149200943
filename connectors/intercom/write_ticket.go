package intercom

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// noSubject is the title of a ticket that has none.
const noSubject = "(no subject)"

// coverFields are the fields of a ticket that are attributes there.
var coverFields = []string{"subject", "tags", "priority"}

// createTicket makes a ticket, says its first message, and sets its state, for a reply would
// open it again. If what follows the first of these calls fails, the ticket is there, and
// ErrUnsure says so.
func (t *Target) createTicket(ctx context.Context, r *desk.Ticket) (connectors.Receipt, error) {
	kind, err := t.ticketType(ctx)
	if err != nil {
		return connectors.Receipt{}, err
	}
	asker, state, err := t.mayOpen(ctx, kind, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	attributes, losses, err := t.coverValues(ctx, r, coverFields, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	var files []spooled
	if len(r.Messages) > 0 {
		if files, err = t.spool(ctx, &r.Messages[0]); err != nil {
			return connectors.Receipt{}, err
		}
		defer drop(files)
	}
	var got ticketShape
	id, err := t.send(ctx, http.MethodPost, "tickets", t.newTicket(string(kind.ID), asker, r, attributes, stateAs(r.Status, state)), &got)
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{ID: id, Losses: slices.Concat(losses, statusLosses(r), t.aheadLosses(r), t.askerLosses(r))}
	if err := t.furnish(ctx, r, said{files: files, asker: asker}, stateAs(r.Status, state), &receipt, &got); err != nil {
		return receipt, fmt.Errorf("ticket %s was made as %s, and is not all there: %w: %w", r.ID, id, err, connectors.ErrUnsure)
	}
	receipt.Returned = t.returnedTicket(ctx, got)
	return receipt, nil
}

// newTicket is the body of the call that makes one.
func (t *Target) newTicket(kind string, asker desk.ID, r *desk.Ticket, attributes map[string]any, was string) map[string]any {
	for name, v := range attributes {
		if v == nil {
			delete(attributes, name)
		}
	}
	attributes[descriptionAttribute] = unfurnishedAs(was)
	values := map[string]any{
		"ticket_type_id": kind, "contacts": []map[string]any{{"id": string(asker)}}, "ticket_attributes": attributes, "skip_notifications": true,
	}
	if !r.Created.IsZero() && !t.ahead(r.Created) {
		values["created_at"] = r.Created.Unix()
	}
	assignment := map[string]any{}
	if r.Assignee.Target != "" {
		assignment["admin_assignee_id"] = string(r.Assignee.Target)
	}
	if r.Group.Target != "" {
		assignment["team_assignee_id"] = string(r.Group.Target)
	}
	if len(assignment) > 0 {
		values["assignment"] = assignment
	}
	return values
}

// ahead tells whether a time is to come, by Intercom's clock: nothing began then.
func (t *Target) ahead(at time.Time) bool { return at.After(t.client.Now()) }

func (t *Target) aheadLosses(r *desk.Ticket) []connectors.Loss {
	if !t.ahead(r.Created) {
		return nil
	}
	return []connectors.Loss{{Field: "created", Why: connectors.WhyTime, Detail: fmt.Sprintf("ticket %s says that it begins in time to come (%s); it has the time at which it is written", r.ID, r.Created.UTC().Format(time.RFC3339))}}
}

// furnish says the first message of a new ticket and sets its state.
func (t *Target) furnish(ctx context.Context, r *desk.Ticket, with said, was string, receipt *connectors.Receipt, made *ticketShape) error {
	if len(r.Messages) > 0 {
		m := &r.Messages[0]
		got, err := t.say(ctx, receipt.ID, m, with)
		if err != nil {
			return err
		}
		receipt.Messages = map[desk.ID]desk.ID{m.ID: got.ID}
		receipt.Files, receipt.Losses = got.Files, append(receipt.Losses, got.Losses...)
	}
	return t.putBack(ctx, receipt.ID, "", was, true, made)
}

// stateAs is the state of a status as our line tells it.
func stateAs(s desk.Status, state string) string {
	if s == desk.StatusClosed {
		return "was " + state + "c"
	}
	return "was " + state + "o"
}

// stateValues are what a call says to give a ticket a state.
func stateValues(s desk.Status, state string) map[string]any {
	return map[string]any{"ticket_state_id": state, "open": s != desk.StatusClosed, "skip_notifications": true}
}

// statusLosses tells of a status that is not kept.
func statusLosses(r *desk.Ticket) []connectors.Loss {
	if r.Status != desk.StatusClosed {
		return nil
	}
	return []connectors.Loss{{
		Field: "status", Why: connectors.WhyValue, Value: string(r.Status), Takes: "new\nopen\npending\nsolved",
		Detail: fmt.Sprintf("ticket %s: Intercom knows no status %q; it is resolved", r.ID, r.Status),
	}}
}

// coverValues are the named fields as attributes; null empties one.
func (t *Target) coverValues(ctx context.Context, r *desk.Ticket, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values := map[string]any{t.config.mark(): r.Mark}
	var losses []connectors.Loss
	for _, f := range fields {
		switch f {
		case "subject":
			if values[titleAttribute] = r.Subject; strings.TrimSpace(r.Subject) == "" {
				values[titleAttribute] = noSubject
			}
		case "tags":
			if name := t.config.Tags; name != "" {
				values[name] = orNull(strings.Join(r.Tags, ", "))
				losses = append(losses, tagLosses(r)...)
			}
		case "priority":
			if name := t.config.Priority; name != "" {
				values[name] = orNull(string(r.Priority))
			}
		}
	}
	more, lost, err := t.customValues(ctx, r, custom)
	for name, v := range more {
		values[name] = v
	}
	return values, append(losses, lost...), err
}

// tagLosses tells of tags that do not come back as they are: a comma parts them.
func tagLosses(r *desk.Ticket) (losses []connectors.Loss) {
	for _, tag := range r.Tags {
		if back := splitTags(tag); len(back) != 1 || back[0] != tag {
			losses = append(losses, connectors.Loss{Field: "tags", Why: connectors.WhyNotTaken, Value: tag, Detail: fmt.Sprintf("ticket %s: the tag %q comes back as %q", r.ID, tag, back)})
		}
	}
	return losses
}

// fixed are the fields that a ticket gets when it is made, and never again.
var fixed = map[string]string{"requester": "who asks", "created": "when it began"}

func fixedLosses(r *desk.Ticket, fields []string) (losses []connectors.Loss) {
	for _, f := range fields {
		if what, is := fixed[f]; is {
			losses = append(losses, connectors.Loss{Field: f, Why: connectors.WhyFixed, Detail: fmt.Sprintf("ticket %s: %s cannot be changed in Intercom once it is made", r.ID, what)})
		}
	}
	return losses
}

func (t *Target) updateTicket(ctx context.Context, id desk.ID, r *desk.Ticket, fields []string) (connectors.Receipt, error) {
	kind, err := t.ticketType(ctx)
	if err != nil {
		return connectors.Receipt{}, err
	}
	attributes, losses, err := t.coverValues(ctx, r, fields, desk.CustomNames(fields))
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{ID: id, Losses: append(losses, fixedLosses(r, fields)...)}
	values := map[string]any{"skip_notifications": true}
	if len(attributes) > 1 || slices.Contains(fields, "mark") {
		values["ticket_attributes"] = attributes
	}
	if slices.Contains(fields, "status") {
		state, err := t.state(ctx, kind, r.Status)
		if err != nil {
			return connectors.Receipt{}, err
		}
		for name, v := range stateValues(r.Status, state) {
			values[name] = v
		}
		receipt.Losses = append(receipt.Losses, statusLosses(r)...)
	}
	var got ticketShape
	path := "tickets/" + string(id)
	if len(values) > 1 {
		_, err = t.send(ctx, http.MethodPut, path, values, &got)
	} else {
		err = t.get(ctx, path, nil, &got)
	}
	if err == nil {
		err = t.assign(ctx, path, r, fields, &got)
	}
	if err != nil {
		return receipt, err
	}
	receipt.Returned = t.returnedTicket(ctx, got)
	return receipt, nil
}

// assign gives a ticket to a teammate and a team, each by a call of its own. Nobody is both:
// to take away one, it is given to nobody, and the other then gets it back.
func (t *Target) assign(ctx context.Context, path string, r *desk.Ticket, fields []string, got *ticketShape) error {
	is := []string{got.Admin.id(), got.Team.id()}
	to := slices.Clone(is)
	for i, of := range []struct {
		field string
		ref   desk.Ref
	}{{"assignee", r.Assignee}, {"group", r.Group}} {
		if slices.Contains(fields, of.field) {
			to[i] = string(of.ref.Target)
		}
	}
	if is[0] != "" && to[0] == "" || is[1] != "" && to[1] == "" {
		is = []string{"", ""}
		if err := t.assignTo(ctx, path, "0", got); err != nil {
			return err
		}
	}
	for i := range to {
		if to[i] == is[i] {
			continue
		}
		if err := t.assignTo(ctx, path, to[i], got); err != nil {
			return err
		}
	}
	return nil
}

func (t *Target) assignTo(ctx context.Context, path, whom string, got *ticketShape) error {
	_, err := t.send(ctx, http.MethodPut, path, map[string]any{"assignee_id": whom, "skip_notifications": true}, got)
	return err
}
