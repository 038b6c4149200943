package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// What stays needs what it refers to, and what is gone leaves lines behind that share
// it. Both are kept beside the ledger, for there may be as much of it as there are
// records. What is gone, or may be, is kept over a kill, until those lines are forgotten: by
// the next rollback, or by a run.
const (
	needsOwner = "rollback"
	needsRoot  = "needed/"
	goneRoot   = "gone/"
)

// peopleAndShelves are the kinds whose records several sources may share.
var peopleAndShelves = slices.DeleteFunc(slices.Clone(desk.Kinds), func(k desk.Kind) bool { return k == desk.KindTicket })

func noteKey(root string, ref desk.Ref) string { return root + string(ref.Kind) + "/" + string(ref.ID) }

// need notes that something that stays refers to a record of the target's.
func (b *Rollback) need(ctx context.Context, ref desk.Ref) error {
	if ref.ID == "" {
		return nil
	}
	if err := b.Store.Keys(needsOwner, false).Put(ctx, noteKey(needsRoot, ref), []byte{1}); err != nil {
		return err
	}
	if b.notes++; b.notes%together != 0 {
		return nil
	}
	return b.sync(ctx)
}

// inDoubt notes whom those need of which nobody knows whether they were made: the source
// says to whom they refer. Where it does not, nobody is deleted whom they may need.
func (b *Rollback) inDoubt(ctx context.Context) error {
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: desk.Kinds, States: []checkpoints.State{checkpoints.Intended}}) {
		if err == nil && row.Target == "" {
			err = b.needsOf(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// needsOf notes whom a record needs as the source and the mapping say it.
func (b *Rollback) needsOf(ctx context.Context, row checkpoints.Row) error {
	from, ok := b.Source.(connectors.Fetcher)
	if !ok {
		b.blind = true
		return nil
	}
	rec, err := from.Fetch(ctx, row.Kind, row.ID)
	if err == nil && b.Map != nil {
		_, err = b.Map(ctx, rec)
	}
	if errors.Is(err, connectors.ErrNotFound) || connectors.ReasonOf(err) == connectors.ReasonMapping {
		b.blind = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s %s: whom it needs, of which nobody knows whether it was made: %w", row.Kind, row.ID, err)
	}
	for _, ref := range desk.Refs(rec) {
		to, _, err := b.Ledger.Row(ctx, ref.Kind, "", ref.ID)
		if err == nil {
			err = b.need(ctx, desk.To(ref.Kind, to.Target))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Rollback) needed(ctx context.Context, ref desk.Ref) (bool, error) {
	return b.noted(ctx, needsRoot, ref)
}

// isGone notes that a person or shelf is about to be deleted: whether it was, the target
// says. It is durable before that, so that whatever a kill leaves is told from what somebody
// else deleted.
func (b *Rollback) isGone(ctx context.Context, ref desk.Ref) error {
	if ref.Kind == desk.KindTicket {
		return nil
	}
	return b.Store.Keys(needsOwner, false).Put(ctx, noteKey(goneRoot, ref), []byte{1})
}

func (b *Rollback) noted(ctx context.Context, root string, ref desk.Ref) (bool, error) {
	return noted(ctx, b.Store, root, ref)
}

func noted(ctx context.Context, store checkpoints.Store, root string, ref desk.Ref) (bool, error) {
	v, err := store.Keys(needsOwner, false).Get(ctx, noteKey(root, ref))
	return v != nil, err
}

// forgetKeys forgets the notes under a root; "" all of them.
func (b *Rollback) forgetKeys(ctx context.Context, root string) error {
	keys := b.Store.Keys(needsOwner, false)
	for k, err := range keys.Scan(ctx, root, "") {
		if err == nil {
			err = keys.Put(ctx, k.Name, nil)
		}
		if err != nil {
			return err
		}
	}
	return b.Store.Flush(ctx)
}
