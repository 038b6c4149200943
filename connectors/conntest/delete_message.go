package conntest

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func deletesMessage(ctx context.Context, r *rig) error {
	if _, err := r.deleter(ctx); err != nil {
		return err
	}
	got, whole, err := r.makeTicket(ctx, simple("loses", "first", "second"))
	if err != nil {
		return err
	}
	late := r.link(simple("loses", "first", "second", "third", "fourth")).(*desk.Ticket).Messages[2:]
	var ids []desk.ID
	for i := range late {
		one, err := r.target.Append(ctx, got.ID, &late[i])
		if err != nil {
			return err
		}
		ids = append(ids, one.ID)
	}
	by, ok := r.target.(connectors.MessageDeleter)
	if !ok {
		return skipped("needs a target that is a MessageDeleter")
	}
	if err := by.DeleteMessage(ctx, got.ID, ids[0]); err != nil {
		return err
	}
	if err := by.DeleteMessage(ctx, got.ID, ids[0]); !errors.Is(err, connectors.ErrNotFound) {
		return fmt.Errorf("a second time it said %v, want ErrNotFound", said(err))
	}
	whole.Messages = append(whole.Messages, late[1])
	for range 2 {
		back, err := r.backTicket(ctx, got.ID, whole)
		if err == nil {
			err = same(ctx, r.writes, whole, back)
		}
		if err = errors.Join(err, r.close(ctx)); err != nil {
			return err
		}
	}
	if err := r.sameRead(ctx, whole, got.ID); err != nil {
		return err
	}
	if _, err := r.open(ctx); err != nil {
		return err
	}
	if _, err := r.target.Append(ctx, got.ID, &late[0]); err != nil {
		return fmt.Errorf("appended anew: %w", err)
	}
	whole.Messages = append(whole.Messages, late[0])
	back, err := r.backTicket(ctx, got.ID, whole)
	if err == nil && len(back.Messages) != len(whole.Messages) {
		err = fmt.Errorf("appended anew: %d messages, want %d", len(back.Messages), len(whole.Messages))
	}
	return err
}

// sameRead looks whether the source reads as many messages in a ticket as it has.
func (r *rig) sameRead(ctx context.Context, want *desk.Ticket, id desk.ID) error {
	if !r.hasSource() || !r.reads.Has(desk.KindTicket) {
		return nil
	}
	items, err := r.readAll(ctx, desk.KindTicket)
	if err != nil {
		return err
	}
	if got, ok := latest(items)[id].(*desk.Ticket); ok && len(got.Messages) != len(want.Messages) {
		return fmt.Errorf("the source reads %d messages, want %d", len(got.Messages), len(want.Messages))
	}
	return nil
}
