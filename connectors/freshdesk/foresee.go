package freshdesk

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells what of a record would be lost, or why it would be refused, from the
// account's fields and seats, which are read once.
func (t *Target) Foresee(ctx context.Context, r desk.Record, m *desk.Message) (losses []connectors.Loss, err error) {
	switch r := r.(type) {
	case *desk.Organization:
		_, losses, err = t.companyValues(ctx, r, nil, fieldNamesOf(&r.Meta))
	case *desk.Agent:
		_, losses, err = t.seatFor(ctx, r)
	case *desk.Contact:
		_, losses, err = t.contactValues(ctx, r, []string{"phones"}, fieldNamesOf(&r.Meta))
	case *desk.Ticket:
		if m != nil {
			return t.messageLosses(nil, m), fits([]desk.Message{*m})
		}
		return t.foreseeTicket(ctx, r)
	}
	return losses, err
}

func (t *Target) foreseeTicket(ctx context.Context, r *desk.Ticket) ([]connectors.Loss, error) {
	_, losses, err := t.coverValues(ctx, r, coverFields, fieldNamesOf(&r.Meta))
	if err != nil {
		return losses, err
	}
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
	opening := r
	if r.Messages[0].Note { // it follows what opens the ticket
		opening = nil
	}
	return append(losses, t.messageLosses(opening, &r.Messages[0])...), nil
}
