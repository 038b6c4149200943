package freshdesk

import (
	"context"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// DeleteMessage takes a note out of its ticket, for good: notes have no trash. A ticket's
// first message is the ticket itself, and a reply was sent: both stay, refused
// (https://developers.freshdesk.com/api/#delete_conversation).
func (t *Target) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	if message == opening {
		return connectors.Refuse(connectors.ReasonRefused, "delete the ticket there if nobody needs it", "the first message of ticket %s is its description, which Freshdesk deletes only with the ticket", ticket)
	}
	if _, ok := numberOf(message); !ok {
		return missing(desk.KindMessage, message)
	}
	_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: "conversations/" + string(message)}, nil)
	if status(err) == http.StatusMethodNotAllowed {
		return connectors.Refuse(connectors.ReasonRefused, "it was sent, and stays", "message %s of ticket %s is a reply, and Freshdesk deletes notes alone", message, ticket)
	}
	return err
}
