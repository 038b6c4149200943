package intercom

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells what of a record would be lost, or why it would be refused, from the
// workspace's attributes, teammates and states, which are read once.
func (t *Target) Foresee(ctx context.Context, w connectors.Write) (losses []connectors.Loss, err error) {
	custom := desk.CustomNames(w.Fields)
	if w.Fields == nil {
		custom = w.Record.About().FieldNames()
	}
	fields := func(all ...string) []string {
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
	case *desk.Group:
		_, losses, err = t.teamFor(ctx, r)
	case *desk.Contact:
		_, losses, err = t.contactValues(ctx, r, fields("emails", "phones"), custom)
	case *desk.Ticket:
		switch {
		case w.Message != nil:
			return t.foreseeMessage(ctx, w.Message, r.Requester.Target)
		case w.Fields != nil:
			return t.foreseeUpdate(ctx, r, w.Fields, custom)
		}
		return t.foreseeTicket(ctx, r, custom)
	}
	return losses, err
}

func (t *Target) foreseeUpdate(ctx context.Context, r *desk.Ticket, fields, custom []string) ([]connectors.Loss, error) {
	_, losses, err := t.coverValues(ctx, r, fields, custom)
	losses = append(losses, fixedLosses(r, fields)...)
	for _, f := range fields {
		if f == "status" {
			losses = append(losses, statusLosses(r)...)
		}
	}
	return losses, err
}

func (t *Target) foreseeTicket(ctx context.Context, r *desk.Ticket, custom []string) ([]connectors.Loss, error) {
	kind, err := t.ticketType(ctx)
	if err != nil {
		return nil, err
	}
	_, losses, err := t.coverValues(ctx, r, coverFields, custom)
	if err != nil {
		return losses, err
	}
	asker, _, err := t.mayOpen(ctx, kind, r)
	if err != nil {
		return losses, err
	}
	losses = slices.Concat(losses, statusLosses(r), t.aheadLosses(r), t.askerLosses(r))
	for i := range r.Messages {
		lost, err := t.foreseeMessage(ctx, &r.Messages[i], asker)
		if losses = append(losses, lost...); err != nil {
			return losses, err
		}
	}
	return losses, nil
}

func (t *Target) foreseeMessage(ctx context.Context, m *desk.Message, asker desk.ID) ([]connectors.Loss, error) {
	lost, err := t.notLetLosses(ctx, m)
	if err != nil {
		return nil, err
	}
	return append(t.messageLosses(m, asker), lost...), fits(m)
}

// Unforeseen implements connectors.Unforeseen: no source says it.
func (t *Target) Unforeseen() []string {
	return []string{
		"Which contacts may reply on a ticket Intercom tells only when it refuses one: their message then stands in the name of the token's owner, which is told.",
		"Whether a teammate's reply is taken as a text or as HTML is seen only in the answer: where it is not the same, that is told.",
	}
}
