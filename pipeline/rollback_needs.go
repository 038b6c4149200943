package pipeline

import (
	"context"

	"github.com/deskhaul/deskhaul/desk"
)

// What stays needs what it refers to. That is kept beside the ledger, for there may be
// as much of it as there are records.
const needsOwner = "rollback"

func needKey(ref desk.Ref) string { return string(ref.Kind) + "/" + string(ref.ID) }

// need notes that something that stays refers to a record of the target's.
func (b *Rollback) need(ctx context.Context, ref desk.Ref) error {
	if ref.ID == "" {
		return nil
	}
	if err := b.Store.Keys(needsOwner, false).Put(ctx, needKey(ref), []byte{1}); err != nil {
		return err
	}
	if b.noted++; b.noted%together != 0 {
		return nil
	}
	return b.sync(ctx)
}

func (b *Rollback) needed(ctx context.Context, ref desk.Ref) (bool, error) {
	v, err := b.Store.Keys(needsOwner, false).Get(ctx, needKey(ref))
	return v != nil, err
}

// needNothing forgets what is needed.
func (b *Rollback) needNothing(ctx context.Context) error {
	keys := b.Store.Keys(needsOwner, false)
	for k, err := range keys.Scan(ctx, "", "") {
		if err == nil {
			err = keys.Put(ctx, k.Name, nil)
		}
		if err != nil {
			return err
		}
	}
	return b.Store.Flush(ctx)
}
