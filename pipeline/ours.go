package pipeline

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// stood takes what stands at the target though the ledger knows nothing of it: it was
// there before us, unless it bears the record's own mark. A target whose writes are
// durable only after Sync may keep what a killed run wrote, of which no intent was
// written down; that is ours, as if this run had made it, and is written again only where
// it says something else.
func (t *task) stood(ctx context.Context, id desk.ID) error {
	from, can := t.Target.(connectors.Fetcher)
	mark := t.rec.About().Mark
	if t.syncer == nil || !can || mark == "" {
		t.adopt(id)
		return nil
	}
	there, err := t.asked(ctx, from, t.rec.Kind(), id)
	if err != nil && !errors.Is(err, connectors.ErrNotFound) {
		return err
	}
	if err != nil || there.About().Mark != mark {
		t.adopt(id)
		return nil
	}
	t.seen.Written = kept(asOurs(there), t.Writes)
	t.seen.Target, t.seen.State, t.seen.Made = id, checkpoints.Entered, t.Run
	return nil
}
