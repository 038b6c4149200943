package pipeline

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// ready gives the record what is ours: notes, marks, and who its references are there.
func (t *task) ready(ctx context.Context) error {
	for _, p := range desk.PrintsOf(t.rec) {
		t.said = append(t.said, p.Name)
	}
	as, isTicket := t.rec.(*desk.Ticket)
	var came desk.Ticket // with the references of the source
	if isTicket {
		came = *as
		came.Participants, came.Messages = slices.Clone(as.Participants), slices.Clone(as.Messages)
	}
	t.stamp()
	if err := t.link(ctx); err != nil || !isTicket {
		return err
	}
	if err := t.leaveOver(ctx, as, &came); err != nil {
		return err
	}
	t.stamp() // the notes too
	return nil
}

// stamp sets the marks.
func (t *task) stamp() {
	m := t.rec.About()
	m.Mark = t.Marks(t.rec.Kind(), "", m.ID)
	if ticket, ok := t.rec.(*desk.Ticket); ok {
		for i := range ticket.Messages {
			ticket.Messages[i].Mark = t.Marks(desk.KindMessage, ticket.ID, ticket.Messages[i].ID)
		}
	}
}
