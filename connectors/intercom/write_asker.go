package intercom

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mayOpen refuses what cannot be a ticket there, and finds who will ask, and the state that
// it will have.
func (t *Target) mayOpen(ctx context.Context, kind ticketTypeShape, r *desk.Ticket) (asker desk.ID, state string, err error) {
	if len(r.Messages) > 1 {
		return "", "", connectors.Refuse(connectors.ReasonRefused, "", "ticket %s comes with %d messages, one is allowed", r.ID, len(r.Messages))
	}
	for i := range r.Messages {
		if err := fits(&r.Messages[i]); err != nil {
			return "", "", err
		}
	}
	if asker, err = t.askerOf(ctx, r); err != nil {
		return "", "", err
	}
	state, err = t.state(ctx, kind, r.Status)
	return asker, state, err
}

// asks tells whether a contact asks in a ticket: in Intercom nobody else does.
func asks(r *desk.Ticket) bool {
	return r.Requester.Target != "" && r.Requester.Kind == desk.KindContact
}

// askerOf is who asks in a ticket, or stands for them.
func (t *Target) askerOf(ctx context.Context, r *desk.Ticket) (desk.ID, error) {
	if asks(r) {
		return r.Requester.Target, nil
	}
	why := "has no requester, and Intercom takes none without"
	if r.Requester.Target != "" {
		why = "is an agent's, and in Intercom no teammate asks"
	}
	if t.config.StandAsker == "" {
		return "", connectors.Refuse(connectors.ReasonReference, "give it a contact as the requester in the mapping, or name a contact in stand_in_contact who stands for such", "ticket %s %s", r.ID, why)
	}
	return t.standAsker(ctx)
}

// standAsker is the contact who stands for others, looked for once.
func (t *Target) standAsker(ctx context.Context) (desk.ID, error) {
	if err := t.turn(ctx); err != nil {
		return "", err
	}
	defer t.giveTurn()
	if t.asker == "" {
		id, err := t.findMail(ctx, t.config.StandAsker)
		if err != nil {
			return "", err
		}
		if t.asker = id; id == "" {
			return "", denied("stand_in_contact: the workspace has no contact of the address %q: make them there first", t.config.StandAsker)
		}
	}
	return t.asker, nil
}

func (t *Target) askerLosses(r *desk.Ticket) []connectors.Loss {
	if asks(r) {
		return nil
	}
	return []connectors.Loss{{Field: "requester", Why: connectors.WhyNobody, Detail: fmt.Sprintf("ticket %s is no contact's; %s stands for who asks", r.ID, t.config.StandAsker)}}
}
