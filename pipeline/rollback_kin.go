package pipeline

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// ownKind are the fields by which records refer to others of their kind.
var ownKind = map[desk.Kind]string{desk.KindCategory: "parent", desk.KindTicket: "merged_into"}

// kin notes whom records that stay need among those of their own kind: they may come after
// them, when these are gone.
func (b *Rollback) kin(ctx context.Context, kind desk.Kind) error {
	field := ownKind[kind]
	stay := map[desk.ID]bool{}
	for more := field != ""; more; { // who is needed stays, and may need another
		more = false
		for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{kind}}) {
			if err != nil {
				return err
			}
			if !row.Written.Has(field) || stay[row.ID] || !b.takes(row) {
				continue
			}
			stays, err := b.needsKin(ctx, row)
			if err != nil {
				return fmt.Errorf("%s %s: look whether it was touched: %w", row.Kind, row.ID, err)
			}
			if stays {
				stay[row.ID], more = true, true
			}
		}
	}
	return nil
}

// takes tells whether a record is one of those that are taken back.
func (b *Rollback) takes(row checkpoints.Row) bool {
	return row.Target != "" && !row.Adopted && !row.Joined && (b.Of == 0 || row.Made == b.Of) && b.asked(row)
}

// asked tells whether a record is among those that are to be taken back.
func (b *Rollback) asked(row checkpoints.Row) bool {
	return b.Only == nil || row.Kind == desk.KindTicket && b.Only[row.ID]
}

// needsKin notes what a record refers to, if it stays.
func (b *Rollback) needsKin(ctx context.Context, row checkpoints.Row) (stays bool, err error) {
	why, there, err := b.stays(ctx, row)
	if err != nil || why == "" || there == nil {
		return false, err
	}
	for _, ref := range desk.Refs(there) {
		if err := b.need(ctx, desk.To(ref.Kind, ref.ID)); err != nil {
			return false, err
		}
	}
	return true, nil
}
