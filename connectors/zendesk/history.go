package zendesk

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// auditShape is what happened to a ticket at one instant.
type auditShape struct {
	Created  rest.Moment `json:"created_at"`
	AuthorID int64       `json:"author_id"`
	Events   []struct {
		Type     loose `json:"type"` // Create, Change, Comment, Notification, …
		Field    loose `json:"field_name"`
		Value    loose `json:"value"`
		Previous loose `json:"previous_value"`
	} `json:"events"`
}

// history adds the changes of a ticket's status to its record, and the times when it
// was last solved and closed. The export has none of them; it takes a call a ticket.
func (s *Source) history(ctx context.Context, w *words, r *desk.Ticket) error {
	for a, err := range listing[auditShape](ctx, s.client, "tickets/"+string(r.ID)+"/audits", "audits", nil) {
		if err != nil {
			return err
		}
		for _, e := range a.Events {
			if e.Field != "status" || e.Type != "Create" && e.Type != "Change" {
				continue
			}
			ch := desk.Change{At: a.Created.Time, By: w.person(a.AuthorID), From: status(e.Previous), To: status(e.Value)}
			if ch.From == ch.To { // from one word of Zendesk's to another that is the same to us
				continue
			}
			r.History = append(r.History, ch)
			switch ch.To {
			case desk.StatusSolved:
				r.Solved = ch.At
			case desk.StatusClosed:
				r.Closed = ch.At
			case desk.StatusNew, desk.StatusOpen, desk.StatusPending:
			}
		}
	}
	return nil
}
