package okdesk

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells what of a record would be lost, or why it would be refused, from the
// account's words and seats, which are read once.
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
		_, losses, err = t.companyValues(ctx, r, nil, custom)
	case *desk.Group:
		if w.Fields == nil {
			_, err = t.groupFor(ctx, r)
		}
	case *desk.Agent:
		if w.Fields == nil {
			_, losses, err = t.seatFor(ctx, r)
		}
	case *desk.Contact:
		_, losses, err = t.contactValues(ctx, r, asked("name", "emails", "phones"), custom)
	case *desk.Ticket:
		if w.Message != nil {
			return t.foreseeMessage(w.Message)
		}
		var c *cover
		if c, err = t.coverOf(ctx, r, asked(coverFields...), custom); err != nil {
			return nil, err
		}
		if losses = c.losses; w.Fields == nil {
			return t.foreseeOpening(r, losses)
		}
	}
	return losses, err
}

func (t *Target) foreseeMessage(m *desk.Message) ([]connectors.Loss, error) {
	who, err := t.writer(m)
	losses := messageLosses(m)
	if who.lost != "" && !m.Author.IsZero() {
		losses = append(losses, authorLoss(m, who.lost))
	}
	return losses, errors.Join(err, fits([]desk.Message{*m}))
}

func (t *Target) foreseeOpening(r *desk.Ticket, losses []connectors.Loss) ([]connectors.Loss, error) {
	if err := t.mayOpen(r); err != nil || len(r.Messages) == 0 {
		return losses, err
	}
	first := &r.Messages[0]
	if first.Note { // it follows what opens the issue
		more, err := t.foreseeMessage(first)
		return append(losses, more...), err
	}
	return append(losses, messageLosses(first)...), nil
}

// Unforeseen implements connectors.Unforeseen: no source says it, accounts do.
func (t *Target) Unforeseen() []string {
	return []string{
		"Which steps from status to status the account allows Okdesk tells only when it refuses one: the ticket then waits in quarantine.",
		"How large files may be Okdesk tells only when it refuses one: it is then left out, and told.",
		"Whether somebody may be named as an author Okdesk tells only when it refuses him: another's name stands there then, which is told.",
		"What of a ticket that stands can be changed (its title, priority, contact, observers) is seen only when it was asked for: what stays as it was is told.",
	}
}

// Saves implements connectors.Savior: what is lost of a message's author and time stands at
// its top.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	switch {
	case kind == desk.KindMessage && (l.Field == "message.at" || l.Field == "at" || l.Field == "message.author" || l.Field == "author") && c.prefaced():
		return nil, "it stands at the top of the message, as text (preface)", false
	case kind == desk.KindTicket && l.Field == "participants" && c.Observers != "yes":
		return map[string]any{"observers": "yes"}, "they are mailed then of all that happens, as the rules of notification say", true
	}
	return nil, "", false
}
