package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// RollBack takes back what several sources brought to one target, which all of them name
// in the same opening. The tickets of all go before anybody's people: who is needed by
// one that stays is known by then, whichever source brought the two.
//
// The error wraps connectors.ErrUnsupported if the target deletes nothing. When ctx is
// cancelled no further call is begun and the context's error returned; the next rollback
// goes on from there, and so does a run after a kill.
func RollBack(ctx context.Context, legs ...*Rollback) error {
	err := rollBack(ctx, legs)
	if stopped := ctx.Err(); stopped != nil && errors.Is(err, stopped) && !errors.Is(err, connectors.ErrMailed) {
		return stopped // whatever was being looked at
	}
	return err
}

func rollBack(ctx context.Context, legs []*Rollback) error {
	for _, b := range legs {
		if err := b.begin(); err != nil {
			return err
		}
	}
	if err := legs[0].forgetKeys(ctx, needsRoot); err != nil {
		return err
	}
	blind := false
	for _, b := range legs {
		for _, prepare := range []func(context.Context) error{b.beside, b.additions, b.later, b.inDoubt} {
			if err := prepare(ctx); err != nil {
				return err
			}
		}
		blind = blind || b.blind
	}
	for _, b := range legs { // people may be shared
		b.blind = blind
	}
	for _, kind := range slices.Backward(desk.Kinds) {
		for _, b := range legs {
			if err := b.allOf(ctx, kind); err != nil {
				return err
			}
		}
		for _, b := range legs {
			if err := b.withTheirs(ctx); err != nil {
				return err
			}
		}
		for _, b := range legs {
			if err := b.orphans(ctx, kind); err != nil {
				return err
			}
		}
	}
	return legs[0].forgetKeys(ctx, "")
}

// begin looks what the target can do.
func (b *Rollback) begin() error {
	var deletes, fetches bool
	b.deleter, deletes = b.Target.(connectors.Deleter)
	b.fetcher, fetches = b.Target.(connectors.Fetcher)
	b.syncer, _ = b.Target.(connectors.Syncer)
	b.taker, _ = b.Target.(connectors.MessageDeleter)
	b.merger, _ = b.Target.(connectors.Merger)
	if !deletes || !fetches {
		return fmt.Errorf("the target cannot take back what was written: %w", connectors.ErrUnsupported)
	}
	if b.Now == nil {
		b.Now = time.Now
	}
	return nil
}

// allOf takes back the records of a kind, those of the newest run first.
func (b *Rollback) allOf(ctx context.Context, kind desk.Kind) error {
	if err := errors.Join(b.doubts(ctx, kind), b.kin(ctx, kind)); err != nil {
		return err
	}
	runs, err := b.runs(ctx, kind)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := b.kind(ctx, kind, run); err != nil {
			return err
		}
	}
	return nil
}

// doubts tells of the records of a kind of which nobody knows whether they were made, by
// the run that is taken back or by any.
func (b *Rollback) doubts(ctx context.Context, kind desk.Kind) error {
	q := checkpoints.Query{Kinds: []desk.Kind{kind}, States: []checkpoints.State{checkpoints.Intended}, Run: b.Of}
	for row, err := range b.Ledger.Rows(ctx, q) {
		if err != nil {
			return err
		}
		if row.Target == "" && b.asked(row) {
			b.tell(Undone{Kind: row.Kind, ID: row.ID, Why: nobodyKnows})
		}
	}
	return nil
}

// beside notes whom records of other sources share that are not taken back.
func (b *Rollback) beside(ctx context.Context) error {
	for _, l := range b.Beside {
		for row, err := range l.Rows(ctx, checkpoints.Query{Kinds: peopleAndShelves}) {
			if err == nil {
				err = b.need(ctx, desk.To(row.Kind, row.Target))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// orphans forgets the lines of records that shared another's, or one that stood there,
// which this rollback has deleted, and those of one run that shared what stays: a run
// that comes finds anew whom it shares. It has nothing to do with what somebody else
// deleted.
func (b *Rollback) orphans(ctx context.Context, kind desk.Kind) error {
	if !b.Do || b.Only != nil {
		return nil
	}
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{kind}}) {
		if err != nil {
			return err
		}
		if row.Target == "" || !row.Adopted && !row.Joined {
			continue
		}
		orphan, err := b.orphan(ctx, row)
		if orphan && err == nil {
			err = errors.Join(b.rewind(ctx), b.Ledger.Forget(ctx, kind, row.ID))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// orphan tells whether a line that shares a record is to be forgotten.
func (b *Rollback) orphan(ctx context.Context, row checkpoints.Row) (bool, error) {
	if row.Joined && b.Of != 0 && row.Run == b.Of {
		needed, err := b.needed(ctx, desk.To(row.Kind, row.Target))
		return !needed, err
	}
	gone, err := b.noted(ctx, goneRoot, desk.To(row.Kind, row.Target))
	if !gone || err != nil {
		return false, err
	}
	_, err = b.fetch(ctx, row.Kind, row.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return true, nil
	}
	return false, err // somebody made it anew since
}
