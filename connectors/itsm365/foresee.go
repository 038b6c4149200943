package itsm365

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells what of a record would be lost, or why it would be refused. Who and what
// stands there is listed once.
func (t *Target) Foresee(ctx context.Context, w connectors.Write) (losses []connectors.Loss, err error) {
	custom := desk.CustomNames(w.Fields)
	if w.Fields == nil {
		custom = w.Record.About().FieldNames()
	}
	asked := func(all ...string) []string {
		if w.Fields != nil {
			return w.Fields
		}
		return all
	}
	switch r := w.Record.(type) {
	case *desk.Organization:
		_, losses = t.organizationValues(r, asked("name", "note"), custom)
	case *desk.Group, *desk.Category, *desk.Agent:
		if w.Fields == nil {
			_, losses, err = t.standing(ctx, r)
		}
	case *desk.Contact:
		_, losses = t.contactValues(r, asked("name", "emails", "phones", "org", "note"), custom)
	case *desk.Ticket:
		if w.Message != nil {
			return t.messageLosses(w.Message, false), errors.Join(fits([]desk.Message{*w.Message}), t.mayNote(w.Message))
		}
		_, losses = t.coverOf(r, asked(coverFields...), custom)
		if w.Fields == nil {
			losses, err = t.foreseeOpening(r, losses)
		}
	}
	return losses, err
}

func (t *Target) foreseeOpening(r *desk.Ticket, losses []connectors.Loss) ([]connectors.Loss, error) {
	if err := t.mayOpen(r); err != nil || len(r.Messages) == 0 {
		return losses, err
	}
	first := &r.Messages[0]
	return append(losses, t.messageLosses(first, !first.Note)...), nil
}

// Unforeseen implements connectors.Unforeseen.
func (t *Target) Unforeseen() []string {
	return []string{
		"Which steps from state to state the workflow allows, and which attributes a state asks for, is seen only when a step is refused: the ticket then waits in quarantine (through, with_state).",
		"Which attributes must be filled, and whether an agreement and a service are valid for a contact, is seen only when a ticket is refused: give them in constants, or map them.",
		"Which values an attribute takes is seen only when one is refused; how large files may be too: such a file is left out, and told.",
	}
}

// Saves implements connectors.Savior.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	switch {
	case kind == desk.KindMessage && (l.Field == "message.at" || l.Field == "at" || l.Field == "message.author" || l.Field == "author"):
		return nil, "it stands at the top of the message, as text", false
	case kind == desk.KindTicket && l.Field == "tags" && c.kind(desk.KindTicket).code("tags") == "":
		return map[string]any{"tickets": map[string]any{"attributes": map[string]any{"tags": "CODE"}}}, "make an attribute of the type text for them, and write its code in place of CODE", true
	}
	return nil, "", false
}
