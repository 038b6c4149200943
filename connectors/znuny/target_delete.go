package znuny

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Delete gives a ticket the state removed: no operation of Znuny's deletes one. An
// administrator does, by a Generic Agent that deletes what has this state.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := t.Deletes(kind); err != nil {
		return fmt.Errorf("%s %s: %w", kind, id, err)
	}
	if !isNumber(id) {
		return missing(kind, id)
	}
	_, err := quietly(ctx, t, func() (struct{}, error) { return struct{}{}, t.remove(ctx, id) })
	return err
}

// Deletes says that nobody is deleted, for none was made.
func (t *Target) Deletes(kind desk.Kind) error {
	if kind != desk.KindTicket {
		return fmt.Errorf("no operation of Znuny's makes or deletes agents, queues or customers; what stands there stays: %w", connectors.ErrUnsupported)
	}
	return nil
}

func (t *Target) remove(ctx context.Context, id desk.ID) error {
	if err := t.standing(ctx, id); err != nil {
		return err
	}
	began := t.client.Now()
	var made madeShape
	if err := t.call(ctx, opUpdate, object{"TicketID": string(id), "Ticket": object{"State": stateRemoved}}, &made); err != nil {
		return err
	}
	if err := t.listen(ctx, string(id), began); err != nil {
		return afterwards(err)
	}
	now, err := t.cover(ctx, string(id))
	if err != nil {
		return afterwards(err)
	}
	if !now.gone() {
		return connectors.Refuse(connectors.ReasonRefused, "see that there is a valid state removed, of the type removed", "ticket %s has the state %q after it was given %q", id, now.State, stateRemoved)
	}
	return nil
}
