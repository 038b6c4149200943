package pipeline

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// What stays needs what it refers to, and what is gone leaves lines behind that share
// it. Both are kept beside the ledger, for there may be as much of it as there are
// records. What is gone is kept over a kill, until those lines are forgotten.
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

// mayBeNeeded tells whether there is a ticket, in any of the ledgers, of which nobody knows
// whether it was made: if it was, it refers to people and shelves, and nobody can look to
// whom.
func mayBeNeeded(ctx context.Context, legs []*Rollback) (bool, error) {
	q := checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}, States: []checkpoints.State{checkpoints.Intended}}
	for _, b := range legs {
		for row, err := range b.Ledger.Rows(ctx, q) {
			if err != nil || row.Target == "" {
				return true, err
			}
		}
	}
	return false, nil
}

func (b *Rollback) needed(ctx context.Context, ref desk.Ref) (bool, error) {
	return b.noted(ctx, needsRoot, ref)
}

// isGone notes that a person or shelf was deleted. It is durable before its line is
// forgotten.
func (b *Rollback) isGone(ctx context.Context, ref desk.Ref) error {
	if ref.Kind == desk.KindTicket {
		return nil
	}
	return b.Store.Keys(needsOwner, false).Put(ctx, noteKey(goneRoot, ref), []byte{1})
}

func (b *Rollback) noted(ctx context.Context, root string, ref desk.Ref) (bool, error) {
	v, err := b.Store.Keys(needsOwner, false).Get(ctx, noteKey(root, ref))
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
