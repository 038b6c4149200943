package compose

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells of which messages the exact text would not be kept, and refuses what
// no mail takes. It writes the mails' headers, and nothing else.
func (s *Scribe) Foresee(_ context.Context, w connectors.Write) (losses []connectors.Loss, err error) {
	rec := linked(w.Record)
	about := rec.About()
	if about.Mark == "" {
		about.Mark = string(rec.Kind()) + "/" + string(about.ID)
	}
	ticket, isTicket := rec.(*desk.Ticket)
	if w.Fields != nil || !isTicket {
		if isTicket {
			ticket.Messages = nil
		}
		_, err := packRecord(rec, 1)
		return nil, err
	}
	messages := ticket.Messages
	ticket.Messages = nil
	if w.Message != nil {
		messages = []desk.Message{*w.Message}
	} else if _, err := packRecord(ticket, 1); err != nil {
		return nil, err
	}
	for i := range messages {
		m := &messages[i]
		identify(m, ticket.ID)
		l := letter{ticket: ticket.ID, msg: m}
		if err := l.fits(); err != nil {
			return losses, err
		}
		if err := l.packMessage(); err != nil {
			return losses, err
		}
		losses = append(losses, l.losses...)
	}
	return losses, nil
}
