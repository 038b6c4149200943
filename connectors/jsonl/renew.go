package jsonl

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// renew makes the record that stands under rec's id and mark say what rec says.
// Messages that were added to it since stay. Nothing is written if nothing would
// change. The caller holds the lock.
func (t *target) renew(ctx context.Context, rec desk.Record, got *connectors.Receipt) error {
	was, err := t.load(ctx, rec.Kind(), rec.About().ID)
	if err != nil {
		return err
	}
	if ticket, ok := rec.(*desk.Ticket); ok {
		keepTurns(ticket, was.(*desk.Ticket), got)
	}
	now, err1 := encode(rec)
	before, err2 := encode(was)
	if err := errors.Join(err1, err2); err != nil || bytes.Equal(now, before) {
		return err
	}
	return t.write(ctx, rec)
}

// keepTurns gives messages of t that stand already the ids they have, and takes
// over those that t does not name.
func keepTurns(t, was *desk.Ticket, got *connectors.Receipt) {
	for _, old := range was.Messages {
		i := slices.IndexFunc(t.Messages, func(m desk.Message) bool {
			return old.Mark != "" && m.Mark == old.Mark || old.Mark == "" && m.ID == old.ID
		})
		if i < 0 {
			t.Messages = append(t.Messages, old)
			continue
		}
		if id := t.Messages[i].ID; id != old.ID {
			got.Messages[id], t.Messages[i].ID = old.ID, old.ID
		}
	}
	tidy(t)
}
