package pipeline

import (
	"context"
	"errors"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// later notes whom others need of what one run made: what that run or later ones wrote to
// records that are not its own, which stay, may refer to it. What was last written before
// it cannot.
func (b *Rollback) later(ctx context.Context) error {
	if b.Of == 0 {
		return b.adopted(ctx)
	}
	var seen desk.ID // of tickets; their messages come one after another
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{}) {
		if err != nil {
			return err
		}
		if row.Run < b.Of {
			continue
		}
		if row.Kind == desk.KindMessage {
			if row.Parent == seen {
				continue
			}
			seen = row.Parent
			if row, _, err = b.Ledger.Row(ctx, desk.KindTicket, "", row.Parent); err != nil {
				return err
			}
			if row.Run >= b.Of { // its own line has come
				continue
			}
		}
		if row.Target == "" || row.Made == b.Of {
			continue
		}
		if (row.Joined || row.Adopted) && row.Run > b.Of { // it shares what another record made
			if err := b.need(ctx, desk.To(row.Kind, row.Target)); err != nil {
				return err
			}
		}
		if err := b.needs(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// adopted notes whom those need that stood there before us and that runs changed: they stay,
// and may refer by now to what a run made.
func (b *Rollback) adopted(ctx context.Context) error {
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: desk.Kinds}) {
		if err == nil && row.Target != "" && row.Adopted && b.wroteTo(row) {
			err = b.needs(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wroteTo tells whether a run changed what stood there before it: a line that only says so
// has nothing of a write.
func (b *Rollback) wroteTo(row checkpoints.Row) bool {
	return row.TargetVersion != "" || row.Returned != nil || row.Mapping != "" && !slices.Contains(b.Writes.Adopts, row.Kind)
}

// needs notes what a record that stays refers to, but for the messages that are to be
// taken out of it.
func (b *Rollback) needs(ctx context.Context, row checkpoints.Row) error {
	there, err := b.fetch(ctx, row.Kind, row.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if t, ok := there.(*desk.Ticket); ok && b.taker != nil {
		rows, err := b.Ledger.Messages(ctx, row.ID)
		if err != nil {
			return err
		}
		for _, m := range rows {
			if at := placeIn(t.Messages, m); at >= 0 && (b.Of == 0 || m.Run == b.Of) && !b.Do {
				t.Messages = slices.Delete(t.Messages, at, at+1)
			}
		}
	}
	for _, ref := range desk.Refs(there) {
		if err := b.need(ctx, desk.To(ref.Kind, ref.ID)); err != nil {
			return err
		}
	}
	return nil
}
