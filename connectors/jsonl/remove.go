package jsonl

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Delete writes a tombstone.
func (t *target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := t.load(ctx, kind, id); err != nil {
		return err
	}
	stone := desk.New(kind)
	stone.About().ID, stone.About().Deleted = id, true
	at := spot{Offset: t.end}
	if err := t.write(ctx, stone); err != nil {
		return err
	}
	at.Length, at.Gone = t.end-at.Offset, true
	return t.index.set(ctx, stone, at)
}

// DeleteMessage writes a newer version of the ticket, with one message less.
func (t *target) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	rec, err := t.load(ctx, desk.KindTicket, ticket)
	if err != nil {
		return err
	}
	to := rec.(*desk.Ticket)
	i := slices.IndexFunc(to.Messages, func(m desk.Message) bool { return m.ID == message })
	if i < 0 {
		return fmt.Errorf("message %q of ticket %q in %s: %w", message, ticket, t.cfg.Path, connectors.ErrNotFound)
	}
	to.Messages = slices.Delete(to.Messages, i, i+1)
	return t.write(ctx, to)
}
