package pipeline

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A rollback that is killed may leave lines behind that share a person or shelf which it
// has deleted: of another source, or taken back in another leg. Nobody would be made anew
// for those.

// widowed forgets such lines, and has the source read from the beginning: a run finds anew
// whom they share, or makes them.
func (r *run) widowed(ctx context.Context) error {
	from, can := r.Target.(connectors.Fetcher)
	left := false
	for _, err := range r.Store.Keys(needsOwner, false).Scan(ctx, goneRoot, "") {
		if left = true; err != nil {
			return err
		}
		break
	}
	if !left || !can {
		return nil
	}
	for row, err := range r.Ledger.Rows(ctx, checkpoints.Query{Kinds: peopleAndShelves}) {
		if err != nil {
			return err
		}
		if row.Target == "" || !row.Adopted && !row.Joined {
			continue
		}
		gone, err := r.takenAway(ctx, from, row)
		if gone && err == nil {
			err = errors.Join(r.Ledger.Rewind(ctx), r.Ledger.Forget(ctx, row.Kind, row.ID))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takenAway tells whether a rollback has deleted what a line says to stand at the target.
func (r *run) takenAway(ctx context.Context, from connectors.Fetcher, row checkpoints.Row) (bool, error) {
	if told, err := noted(ctx, r.Store, goneRoot, desk.To(row.Kind, row.Target)); !told || err != nil {
		return false, err
	}
	_, err := from.Fetch(ctx, row.Kind, row.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return true, nil
	}
	return false, err
}
