package rt

import (
	"context"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Delete gives a ticket RT's status "deleted", which takes it out of all lists; its
// history stays in the database, as RT deletes nothing. Users and queues RT can only
// disable.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := t.Deletes(kind); err != nil {
		return fmt.Errorf("%s %s: %w", kind, id, err)
	}
	_, err := quietly(ctx, t, id, func() (struct{}, error) { return struct{}{}, t.deleteTicket(ctx, id) })
	return err
}

// Deletes says that people and queues stay.
func (t *Target) Deletes(kind desk.Kind) error {
	if kind != desk.KindTicket {
		return fmt.Errorf("RT deletes tickets alone, users and queues can be disabled there by hand: %w", connectors.ErrUnsupported)
	}
	return nil
}

func (t *Target) deleteTicket(ctx context.Context, id desk.ID) error {
	path := "ticket/" + url.PathEscape(string(id))
	var now ticketShape
	if _, err := t.client.JSON(ctx, rest.Call{Path: path}, &now); err != nil {
		return err
	}
	switch { // what is written to a merged ticket goes to the one that it was merged into
	case now.Status == "deleted":
		return fmt.Errorf("ticket %s was deleted: %w", id, connectors.ErrNotFound)
	case desk.ID(now.ID) != id:
		return connectors.Refuse(connectors.ReasonRefused, "delete that one in RT if nobody needs it", "ticket %s was merged into %s in RT and cannot be deleted alone", id, now.ID)
	}
	said, err := t.put(ctx, path, map[string]any{"Status": "deleted"})
	if err != nil {
		return err
	}
	if err := t.listen(ctx, string(id)); err != nil {
		return afterwards(err)
	}
	if _, err := t.client.JSON(ctx, rest.Call{Path: path}, &now); err != nil {
		return afterwards(err)
	}
	if now.Status != "deleted" {
		return connectors.Refuse(connectors.ReasonRefused, "see that the lifecycle of its queue has the status deleted, and that the account has the right DeleteTicket", "ticket %s was not deleted, RT says %q", id, said)
	}
	return t.state.Delete(ctx, mergeKey(id))
}
