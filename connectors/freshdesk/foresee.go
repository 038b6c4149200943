package freshdesk

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells what of a record would be lost, or why it would be refused, from the
// account's fields and seats, which are read once.
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
	case *desk.Agent:
		_, losses, err = t.seatFor(ctx, r)
	case *desk.Contact:
		_, losses, err = t.contactValues(ctx, r, asked("phones"), custom)
	case *desk.Ticket:
		switch {
		case w.Message != nil:
			losses = append(t.messageLosses(nil, w.Message), t.fileLosses(w.Message, messageWhat(w.Message))...)
			return losses, errors.Join(fits([]desk.Message{*w.Message}), t.mayName(ctx, w.Message.Author, messageWhat(w.Message)))
		case w.Fields != nil:
			_, losses, err = t.coverValues(ctx, r, w.Fields, custom)
			losses = append(losses, t.disowned(r, w.Fields)...)
		default:
			return t.foreseeTicket(ctx, r)
		}
	}
	return losses, err
}

// Unforeseen implements connectors.Unforeseen: no source says it, accounts do.
func (t *Target) Unforeseen() []string {
	return []string{
		"How long a tag may be Freshdesk tells only when it refuses one: it is then cut, and told.",
		"How large the files of a ticket may be together Freshdesk tells only when it refuses them: the largest are then left out, and told.",
		"Who may write notes Freshdesk tells only when it refuses an author: the note then stands in the name of the key's owner, which is told.",
	}
}

func (t *Target) foreseeTicket(ctx context.Context, r *desk.Ticket) ([]connectors.Loss, error) {
	_, losses, err := t.coverValues(ctx, r, coverFields, r.FieldNames())
	if err != nil {
		return losses, err
	}
	losses = append(losses, t.askerLosses(r)...)
	asker := map[string]any{"requester_id": nil}
	if r.Requester.Target != "" { // which may be planned only
		asker["requester_id"] = r.Requester.Target
	}
	if err := t.mayOpen(ctx, r, asker); err != nil {
		return losses, err
	}
	if len(r.Messages) == 0 {
		return losses, nil
	}
	first := &r.Messages[0]
	if first.Note { // it follows what opens the ticket
		return append(append(losses, t.messageLosses(nil, first)...), t.fileLosses(first, messageWhat(first))...), nil
	}
	return append(append(losses, t.messageLosses(r, first)...), t.fileLosses(first, ticketWhat(r))...), nil
}

// fileLosses are the files of a message that would be left out beside the others.
func (t *Target) fileLosses(m *desk.Message, what string) []connectors.Loss {
	_, losses := t.roomFor(m.Files, m, what)
	return losses
}
