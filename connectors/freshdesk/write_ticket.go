package freshdesk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// noSubject is the subject of a ticket that has none: Freshdesk asks for one.
const noSubject = "(no subject)"

// createTicket makes a ticket with its first message as the description. A private
// note cannot be that: the ticket then opens with a placeholder, and the note
// follows. If the note fails, the ticket is there, and ErrUnsure says so.
func (t *Target) createTicket(ctx context.Context, r *desk.Ticket) (connectors.Receipt, error) {
	values, losses, err := t.coverValues(ctx, r, coverFields, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	losses = append(losses, t.askerLosses(r)...)
	if err := t.mayOpen(ctx, r, values); err != nil {
		return connectors.Receipt{}, err
	}
	for name, v := range values {
		if v == nil {
			delete(values, name)
		}
	}
	values["description"] = placeholder
	var opens *desk.Message
	if len(r.Messages) > 0 && !r.Messages[0].Note {
		if opens, err = t.named(ctx, &r.Messages[0]); err != nil {
			return connectors.Receipt{}, err
		}
		values["description"] = newBody(opens, t.config.prefaced())
	}
	got, files, lost, err := t.post(ctx, "tickets", values, opens, ticketWhat(r))
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{ID: idOf(got.ID), Version: got.Updated, Files: files, Losses: append(losses, lost...), Messages: map[desk.ID]desk.ID{}}
	receipt.Returned = t.returned(ctx, desk.KindTicket, got)
	if opens != nil {
		receipt.Messages[opens.ID] = opening
		receipt.Losses = append(receipt.Losses, t.messageLosses(r, opens)...)
	} else if len(r.Messages) > 0 {
		note, err := t.Append(ctx, receipt.ID, &r.Messages[0])
		if err != nil {
			return receipt, fmt.Errorf("ticket %s was made as %s, and its first message, a private note, was not: %w: %w", r.ID, receipt.ID, err, connectors.ErrUnsure)
		}
		receipt.Messages[r.Messages[0].ID], receipt.Files = note.ID, note.Files
		receipt.Losses = append(receipt.Losses, note.Losses...)
	}
	receipt.Losses = append(receipt.Losses, t.leaveNote(ctx, receipt.ID, r)...)
	return receipt, nil
}

// mayOpen refuses what cannot be a ticket there.
func (t *Target) mayOpen(ctx context.Context, r *desk.Ticket, values map[string]any) error {
	if len(r.Messages) > 1 {
		return connectors.Refuse(connectors.ReasonRefused, "", "ticket %s comes with %d messages, one is allowed", r.ID, len(r.Messages))
	}
	if values["requester_id"] == nil {
		id, err := t.seat(ctx, t.config.StandIn)
		if err != nil {
			return err
		}
		if values["requester_id"] = id; id == 0 {
			return connectors.Refuse(connectors.ReasonReference, "name an agent in stand_in who asks for those who are not known", "ticket %s has no requester, and Freshdesk takes none without", r.ID)
		}
	}
	err := t.mayName(ctx, r.Requester, ticketWhat(r))
	if err == nil && len(r.Messages) > 0 && r.Messages[0].Note { // which is to follow when the ticket is there
		err = t.mayName(ctx, r.Messages[0].Author, messageWhat(&r.Messages[0]))
	}
	return errors.Join(err, fits(r.Messages))
}

// askerLosses tells who asks where nobody does.
func (t *Target) askerLosses(r *desk.Ticket) []connectors.Loss {
	if r.Requester.Target != "" {
		return nil
	}
	return []connectors.Loss{{
		Field: "requester", Why: connectors.WhyNobody, Detail: fmt.Sprintf("ticket %s has nobody who asks; %s stands there", r.ID, t.config.StandIn),
	}}
}

// coverFields are the fields of a ticket that are written.
var coverFields = []string{"subject", "status", "priority", "type", "channel", "requester", "assignee", "group", "tags"}

// coverValues are the named fields as Freshdesk takes them.
func (t *Target) coverValues(ctx context.Context, r *desk.Ticket, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	s, err := t.schema(ctx, ticketFields)
	if err != nil {
		return nil, nil, err
	}
	values, losses := map[string]any{}, []connectors.Loss(nil)
	for _, f := range fields {
		key, v, lost := t.coverValue(r, f, s)
		if key != "" {
			values[key] = v
		}
		if lost != "" {
			losses = append(losses, connectors.Loss{Field: f, Why: connectors.WhyValue, Value: valueOf(r, f), Takes: strings.Join(taken(f, s), "\n"), Detail: fmt.Sprintf("ticket %s: %s", r.ID, lost)})
		}
	}
	more, lost, err := t.customValues(ctx, ticketFields, r, custom)
	if name := t.config.MarkField; name != "" && slices.Contains(fields, "tags") {
		if more == nil {
			more = map[string]any{}
		}
		more[name] = r.Mark
	}
	if len(more) > 0 {
		values["custom_fields"] = more
	}
	return values, append(losses, lost...), err
}

// coverValue is one field under Freshdesk's name for it, and what is lost of it.
func (t *Target) coverValue(r *desk.Ticket, field string, s schema) (key string, v any, lost string) {
	switch field {
	case "subject":
		if strings.TrimSpace(r.Subject) == "" {
			return "subject", noSubject, ""
		}
		return "subject", r.Subject, ""
	case "status":
		if r.Status == desk.StatusNew {
			lost = fmt.Sprintf("Freshdesk knows no status %q; it is open", r.Status)
		}
		return "status", statusNumber(r.Status), lost
	case "priority":
		return "priority", priorityNumber(r.Priority), ""
	case "type":
		own, ok := typeOf(r.Type, s)
		if !ok {
			lost = fmt.Sprintf("Freshdesk has no type %q; add it to the field Type", r.Type)
		}
		return "type", orNull(own), lost
	case "channel":
		n, ok := sourceNumber(r.Channel, s)
		if !ok {
			lost = fmt.Sprintf("no source of Freshdesk's is %q; it is %q", r.Channel, channels[n])
		}
		return "source", n, lost
	case "requester":
		return "requester_id", target(r.Requester), ""
	case "assignee":
		return "responder_id", target(r.Assignee), ""
	case "group":
		return "group_id", target(r.Group), ""
	case "tags":
		return "tags", t.tags(r), ""
	}
	return "", nil, ""
}

// tags are those of the ticket, and our mark if it has no field of its own.
func (t *Target) tags(r *desk.Ticket) []string {
	tags := append([]string{}, r.Tags...)
	if t.config.MarkField == "" {
		tags = append(tags, r.Mark)
	}
	return tags
}

// longestTag is what tags are cut to when Freshdesk refuses them: no source says how
// long they may be, accounts do.
const longestTag = 32

// shortenTags cuts the tags of a write that was refused for them, and tells it; false
// if that is not why.
func shortenTags(values map[string]any, refused error, what string) (losses []connectors.Loss, again bool) {
	tags, _ := values["tags"].([]string)
	if !refusedFor(refused, "tags") {
		return nil, false
	}
	for i, tag := range tags {
		if rs := []rune(tag); len(rs) > longestTag {
			tags[i] = string(rs[:longestTag])
			losses = append(losses, connectors.Loss{Field: "tags", Why: connectors.WhyTooLong, Value: tag, Detail: fmt.Sprintf("%s: the tag %q is longer than Freshdesk takes; it is %q", what, tag, tags[i])})
		}
	}
	return losses, len(losses) > 0
}

func (t *Target) updateTicket(ctx context.Context, id desk.ID, r *desk.Ticket, fields []string) (connectors.Receipt, error) {
	values, losses, err := t.coverValues(ctx, r, fields, desk.CustomNames(fields))
	if err != nil || len(values) == 0 {
		return connectors.Receipt{ID: id, Losses: losses}, err
	}
	if v, asked := values["requester_id"]; asked && v == nil {
		delete(values, "requester_id") // it cannot be emptied
	} else if asked {
		err = t.mayName(ctx, r.Requester, ticketWhat(r))
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	got, err := t.send(ctx, desk.KindTicket, http.MethodPut, "tickets/"+string(id), values)
	if shorter, again := shortenTags(values, err, "ticket "+string(r.ID)); again {
		losses = append(losses, shorter...)
		got, err = t.send(ctx, desk.KindTicket, http.MethodPut, "tickets/"+string(id), values)
	}
	losses = append(losses, t.disowned(r, fields)...)
	if err == nil && slices.Contains(fields, "subject") { // also after a write whose answer was lost
		losses = append(losses, t.leaveNote(ctx, id, r)...)
	}
	got.Losses = losses
	return got, err
}

// leaveNote adds the private note with what the cover cannot hold, unless it is there.
// It is no part of the ticket's success: that it failed is told as a loss.
func (t *Target) leaveNote(ctx context.Context, id desk.ID, r *desk.Ticket) []connectors.Loss {
	if t.config.Leftovers != leftNote {
		return nil
	}
	body := leftovers(r)
	if body == "" {
		return nil
	}
	n, _ := numberOf(id)
	shape, err := t.fetchShape(ctx, n)
	if err == nil {
		for _, k := range shape.Talks {
			if isLeftovers(k.Body) {
				return nil
			}
		}
		_, err = t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: "tickets/" + string(id) + "/notes", JSON: map[string]any{"body": body, "private": true}}, nil)
	}
	if err != nil {
		return []connectors.Loss{{Field: "created", Detail: fmt.Sprintf("ticket %s: the note with what its cover cannot hold was not written: %v", r.ID, err)}}
	}
	return nil
}
