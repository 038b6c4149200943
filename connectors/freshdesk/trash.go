package freshdesk

import (
	"context"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Freshdesk takes a ticket from somebody who was deleted, and puts it among the spam
// (https://support.freshdesk.com/support/solutions/articles/225148); what it makes of their
// notes no source says. So nothing is written in the name of who lies in the trash.

// mayName refuses a contact who is in the trash, as the author or requester of what is
// to be written. The pipeline finds out then whether somebody else stands for them.
func (t *Target) mayName(ctx context.Context, who desk.Ref, what string) error {
	n, ok := numberOf(who.Target)
	if !ok || who.Kind != desk.KindContact {
		return nil
	}
	gone, err := t.inTrash(ctx, n)
	if err != nil || !gone {
		return err
	}
	return connectors.Refuse(connectors.ReasonRefused, "restore them there and say retry", "%s is in the name of contact %d, who was deleted in Freshdesk", what, n)
}

// binned notes that a contact of ours was put into the trash.
func (t *Target) binned(ctx context.Context, id desk.ID) error {
	if err := t.turn(ctx); err != nil {
		return err
	}
	defer t.giveTurn()
	if n, ok := numberOf(id); ok && t.trash != nil {
		t.trash[n] = true
	}
	return nil
}

// inTrash tells whether a contact lies in the trash. Who does is asked once, in a list, and
// then only of those whether they still do.
func (t *Target) inTrash(ctx context.Context, id int64) (bool, error) {
	if err := t.turn(ctx); err != nil {
		return false, err
	}
	defer t.giveTurn()
	if t.trash == nil {
		trash := map[int64]bool{}
		for row, err := range pages[contactShape](ctx, t.api, "contacts", url.Values{"state": {"deleted"}}) {
			if err != nil {
				return false, fmt.Errorf("who was deleted: %w", err)
			}
			trash[row.ID] = true
		}
		t.trash = trash
	}
	if !t.trash[id] {
		return false, nil
	}
	var c contactShape
	if err := t.get(ctx, "contacts/"+string(idOf(id)), nil, &c); err != nil && status(err) != 404 {
		return false, err
	} else if err == nil {
		t.trash[id] = c.Deleted
	}
	return t.trash[id], nil
}
