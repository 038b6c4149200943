package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Rollback takes back what runs made at the target: newest first, tickets before the
// people and shelves that they refer to, and only what nobody touched since. What was
// adopted is never touched.
type Rollback struct {
	*Pipeline
	// Of is the run whose work is taken back; 0 all of them.
	Of int64
	// Do deletes; without it is told what would be.
	Do   bool
	Told func(Undone)

	deleter connectors.Deleter
	fetcher connectors.Fetcher
	mu      sync.Mutex
	needed  map[desk.Ref]bool // what stays because something that stays refers to it
	gone    []checkpoints.Row // deleted, and their lines still there
}

// Undone is what became of one record that a run made, or would.
type Undone struct {
	Kind    desk.Kind
	ID      desk.ID // in the source
	Target  desk.ID
	Deleted bool // also of what was gone already
	// Why says of what is left why.
	Why string
}

// Go takes back. The error wraps connectors.ErrUnsupported if the target deletes
// nothing.
func (b *Rollback) Go(ctx context.Context) error {
	var deletes, fetches bool
	b.deleter, deletes = b.Target.(connectors.Deleter)
	b.fetcher, fetches = b.Target.(connectors.Fetcher)
	if !deletes || !fetches {
		return fmt.Errorf("the target cannot take back what was written: %w", connectors.ErrUnsupported)
	}
	b.needed = map[desk.Ref]bool{}
	runs := []int64{b.Of}
	if b.Of == 0 {
		runs = runs[:0]
		for n := b.Run; n >= 0; n-- { // 0: lines of an older ledger, which does not know
			runs = append(runs, n)
		}
	}
	for _, kind := range slices.Backward(desk.Kinds) {
		for _, run := range runs {
			err := b.kind(ctx, kind, run)
			if err := errors.Join(err, b.forget(context.WithoutCancel(ctx))); err != nil {
				return err
			}
		}
		if err := b.orphans(ctx, kind); err != nil {
			return err
		}
	}
	if b.Do {
		return b.Ledger.Rewind(ctx)
	}
	return nil
}

// kind takes back the records of a kind that one run made.
func (b *Rollback) kind(ctx context.Context, kind desk.Kind, run int64) error {
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{kind}, Made: run}) {
		if err != nil {
			return err
		}
		if run == 0 && row.Target == "" && row.State == checkpoints.Intended && b.Told != nil {
			b.Told(Undone{Kind: row.Kind, ID: row.ID, Why: "nobody knows yet whether it arrived: run a sync first, which finds out"})
		}
		if row.Target == "" || row.Adopted || row.Joined || row.Made != run {
			continue
		}
		if err := b.row(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// orphans forgets the lines of records that shared another's, or one that stood there,
// which is gone.
func (b *Rollback) orphans(ctx context.Context, kind desk.Kind) error {
	if !b.Do {
		return nil
	}
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{kind}}) {
		if err != nil {
			return err
		}
		if row.Target == "" || !row.Adopted && !row.Joined {
			continue
		}
		_, err := b.fetcher.Fetch(ctx, kind, row.Target)
		if errors.Is(err, connectors.ErrNotFound) {
			err = b.Ledger.Forget(ctx, kind, row.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// row takes back one record, or tells why not. It returns errors that end the
// rollback.
func (b *Rollback) row(ctx context.Context, row checkpoints.Row) error {
	u := Undone{Kind: row.Kind, ID: row.ID, Target: row.Target}
	why, there, err := b.stays(ctx, row)
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: look whether it was touched: %w", row.Kind, row.ID, err)
	case why != "":
		u.Why = why
		b.keep(there)
	default:
		if u.Why, err = b.delete(ctx, row, there != nil); err != nil {
			return err
		}
		if u.Deleted = u.Why == ""; !u.Deleted {
			b.keep(there)
		}
	}
	if b.Told != nil {
		b.Told(u)
	}
	return nil
}

// stays tells why a record is not to be deleted; "" if it may be. there is nil if it
// is gone already.
func (b *Rollback) stays(ctx context.Context, row checkpoints.Row) (why string, there desk.Record, err error) {
	there, err = b.fetcher.Fetch(ctx, row.Kind, row.Target)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return "", nil, nil
	case err != nil:
		return "", nil, err
	case b.needed[desk.To(row.Kind, row.Target)]:
		return "something that stays refers to it", there, nil
	}
	if t, ok := there.(*desk.Ticket); ok {
		rows, err := b.Ledger.Messages(ctx, row.ID)
		if err != nil {
			return "", nil, err
		}
		if n := strangers(t, rows); n > 0 {
			return fmt.Sprintf("somebody wrote %d messages into it since", n), there, nil
		}
		if b.Of != 0 {
			if later := laterThan(b.Of, row, rows); later > 0 {
				return fmt.Sprintf("run %d went on with it: take that back first", later), there, nil
			}
		}
	}
	names, err := b.touched(ctx, row, there)
	if err != nil || len(names) == 0 {
		return "", there, err
	}
	return "somebody changed it since: " + strings.Join(names, ", "), there, nil
}

// strangers are how many messages of a ticket are not ours.
func strangers(t *desk.Ticket, rows map[desk.ID]checkpoints.Row) (n int) {
	ids, marks, told := map[desk.ID]bool{}, map[string]bool{}, 0
	for _, r := range rows {
		if r.State != checkpoints.Done {
			continue
		}
		told++
		if r.Target != "" {
			ids[r.Target] = true
		}
		marks[r.Mark] = true
	}
	for _, m := range t.Messages {
		if !ids[m.ID] && (m.Mark == "" || !marks[m.Mark]) {
			n++
		}
	}
	if len(ids) < told { // the system does not tell which are whose: count
		return max(0, len(t.Messages)-told)
	}
	return n
}

// laterThan is a run after another that wrote something of a ticket; 0 none.
func laterThan(run int64, row checkpoints.Row, rows map[desk.ID]checkpoints.Row) (later int64) {
	later = row.Run
	for _, r := range rows {
		later = max(later, r.Run)
	}
	if later <= run {
		return 0
	}
	return later
}

// touched lists the fields of the copy that are neither as they were written nor as the
// target gave them back then.
func (b *Rollback) touched(ctx context.Context, row checkpoints.Row, there desk.Record) (names []string, err error) {
	if row.TargetVersion != "" && row.TargetVersion == there.About().Version {
		return nil, nil
	}
	losses, err := b.Ledger.Losses(ctx, row.Kind, row.ID)
	return changedThere(there, row, b.Writes, lostFields(losses, row.Kind)), err
}

// keep notes what a record that stays refers to.
func (b *Rollback) keep(there desk.Record) {
	if there == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ref := range desk.Refs(there) {
		if ref.ID != "" {
			b.needed[desk.To(ref.Kind, ref.ID)] = true
		}
	}
}

// forgetMany is how many lines are deleted together.
const forgetMany = 200

// forget deletes the lines of what is gone, once that is durable. A kill before it
// leaves lines of what is gone, which the next rollback takes for deleted.
func (b *Rollback) forget(ctx context.Context) error {
	if len(b.gone) == 0 {
		return nil
	}
	if s, ok := b.Target.(connectors.Syncer); ok {
		if err := s.Sync(ctx); err != nil {
			return err
		}
	}
	if err := b.Store.Flush(ctx); err != nil {
		return err
	}
	for _, row := range b.gone {
		if err := b.Ledger.Forget(ctx, row.Kind, row.ID); err != nil {
			return err
		}
	}
	b.gone = b.gone[:0]
	return nil
}

// delete deletes a record. A refusal is told.
func (b *Rollback) delete(ctx context.Context, row checkpoints.Row, there bool) (why string, err error) {
	if !b.Do {
		return "", nil
	}
	if there {
		err = b.deleteThere(ctx, row)
	}
	switch {
	case err == nil, errors.Is(err, connectors.ErrNotFound):
		if b.gone = append(b.gone, row); len(b.gone) < forgetMany {
			return "", nil
		}
		return "", b.forget(ctx)
	case errors.Is(err, connectors.ErrUnsupported), errors.Is(err, connectors.ErrRefused):
		return err.Error(), nil
	}
	return "", fmt.Errorf("%s %s: take it back: %w", row.Kind, row.ID, err)
}

// deleteThere deletes at the target, waiting for one that is busy. A call under way is
// finished even when the rollback is being stopped.
func (b *Rollback) deleteThere(ctx context.Context, row checkpoints.Row) (err error) {
	for try := 0; ; try++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		err = b.deleter.Delete(context.WithoutCancel(ctx), row.Kind, row.Target)
		if !errors.Is(err, connectors.ErrBusy) || try == busyTries || !pause(ctx, try) {
			return err
		}
	}
}
