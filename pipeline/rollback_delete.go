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

// together is how many records are taken back between two writes to the ledger.
const together = 200

// doomed is a record that is to be deleted if nobody touched it.
type doomed struct {
	row        checkpoints.Row
	done, gone bool
}

// carryOut takes back the records that are doomed: it writes down that it will, looks at
// each and deletes it, and forgets those that are gone.
func (b *Rollback) carryOut(ctx context.Context) error {
	if len(b.doomed) == 0 {
		return nil
	}
	if b.Do {
		if err := b.announce(ctx); err != nil {
			return err
		}
	}
	for i := range b.doomed {
		if err := b.takeBack(ctx, &b.doomed[i]); err != nil {
			return errors.Join(err, b.forgetKnown(ctx))
		}
	}
	return b.forgetKnown(ctx)
}

// announce writes down that records are about to be deleted. Whatever a kill leaves, the
// next run reads the source from the beginning and makes anew what is gone.
func (b *Rollback) announce(ctx context.Context) error {
	if err := b.rewind(ctx); err != nil {
		return err
	}
	for _, d := range b.doomed {
		row := d.row
		if err := b.isGone(ctx, desk.To(row.Kind, row.Target)); err != nil {
			return err
		}
		row.State, row.Since, row.Reason, row.Detail = checkpoints.Intended, b.Now().UTC(), "", checkpoints.BeingTakenBack
		b.Ledger.Put(row)
	}
	return b.Store.Flush(ctx)
}

// rewind has the next run read the source from the beginning.
func (b *Rollback) rewind(ctx context.Context) error {
	if b.rewound {
		return nil
	}
	b.rewound = true
	return b.Ledger.Rewind(ctx)
}

// takeBack deletes one record, or tells why not. It returns errors that end the rollback.
func (b *Rollback) takeBack(ctx context.Context, d *doomed) error {
	row := d.row
	why, there, err := b.stays(ctx, row)
	var into desk.ID
	if why == "" && err == nil {
		into, err = b.into(ctx, there)
	}
	if err != nil {
		return fmt.Errorf("%s %s: look whether it was touched: %w", row.Kind, row.ID, err)
	}
	if into != "" {
		d.done, b.waiting = true, append(b.waiting, goesWith{row, there, into})
		return nil
	}
	if why == "" && there != nil {
		err = b.remove(ctx, row)
	}
	switch {
	case errors.Is(err, connectors.ErrUnsupported), errors.Is(err, connectors.ErrRefused):
		why = err.Error()
	case err != nil && !errors.Is(err, connectors.ErrNotFound):
		return fmt.Errorf("%s %s: take it back: %w", row.Kind, row.ID, err)
	}
	d.done, d.gone = true, why == ""
	if !d.gone {
		delete(b.heads, row.Target)
		return b.leave(ctx, row, there, why)
	}
	b.tell(Undone{Kind: row.Kind, ID: row.ID, Target: row.Target, Deleted: true, Gone: there == nil && !b.went[row.Target]})
	return nil
}

// remove deletes a record at the target. A rehearsal asks whether its kind is deleted there.
func (b *Rollback) remove(ctx context.Context, row checkpoints.Row) error {
	if b.Do {
		return b.deleting(ctx, func(ctx context.Context) error { return b.deleter.Delete(ctx, row.Kind, row.Target) })
	}
	if ahead, ok := b.deleter.(connectors.KindDeleter); ok {
		if err := ahead.Deletes(row.Kind); err != nil {
			return fmt.Errorf("%s %s: %w", row.Kind, row.Target, err)
		}
	}
	return nil
}

// forgetKnown forgets the lines of what is gone, once that is durable.
func (b *Rollback) forgetKnown(ctx context.Context) error {
	batch := b.doomed
	b.doomed = nil
	if !b.Do || len(batch) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	broke := slices.IndexFunc(batch, func(d doomed) bool { return !d.done })
	for i, d := range batch {
		if !d.done && i > broke { // that one stays in doubt: a call may have been under way
			b.Ledger.Put(d.row)
		}
	}
	if err := b.sync(ctx); err != nil {
		return err
	}
	for _, d := range batch {
		if !d.gone {
			continue
		}
		if err := b.Ledger.Forget(ctx, d.row.Kind, d.row.ID); err != nil {
			return err
		}
	}
	return nil
}

// sync makes what was deleted durable, and then what was written down.
func (b *Rollback) sync(ctx context.Context) error {
	if b.syncer != nil && b.Do {
		if err := b.syncer.Sync(ctx); err != nil {
			return err
		}
	}
	return b.Store.Flush(ctx)
}

// asked is how often a target is asked that is busy or out of reach: for half a
// minute, besides what its connector waits itself.
const asked = 7

// patiently makes a call that may be made again, and waits for a target that does not
// answer.
func (b *Rollback) patiently(ctx context.Context, call func(context.Context) error) (err error) {
	for try := 0; ; try++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		err = call(ctx)
		passing := (errors.Is(err, connectors.ErrBusy) || errors.Is(err, connectors.ErrUnsure)) && !errors.Is(err, connectors.ErrDenied)
		if !passing || try == asked || !pause(ctx, try) {
			return err
		}
	}
}

// deleting is patiently for a call that deletes: one that is under way is finished even
// when the rollback is being stopped. A look is not: nothing is lost with it.
func (b *Rollback) deleting(ctx context.Context, call func(context.Context) error) error {
	return b.patiently(ctx, func(ctx context.Context) error { return call(context.WithoutCancel(ctx)) })
}

// fetch reads a record of the target's.
func (b *Rollback) fetch(ctx context.Context, kind desk.Kind, id desk.ID) (there desk.Record, err error) {
	err = b.patiently(ctx, func(ctx context.Context) (err error) {
		there, err = b.fetcher.Fetch(ctx, kind, id)
		return err
	})
	if err == nil {
		_, err = b.compares().sameLinks(ctx, there)
	}
	return there, err
}

// unharmed is the line of a record that stays. One over which an earlier rollback was killed
// is in doubt no more if all of it is seen to stand: what else there was to say of it, the
// next run finds out, which reads from the beginning.
func (b *Rollback) unharmed(ctx context.Context, row checkpoints.Row, there desk.Record) (checkpoints.Row, error) {
	if row.State != checkpoints.Intended || row.Detail != checkpoints.BeingTakenBack || there == nil {
		return row, nil
	}
	rows, err := b.Ledger.Messages(ctx, row.ID)
	if err != nil {
		return row, err
	}
	in := messagesOf(there)
	for _, m := range rows {
		if m.State == checkpoints.Done && in.ours(m.Target, m.Mark) == nil {
			return row, nil
		}
	}
	row.State, row.Since, row.Detail = checkpoints.Done, time.Time{}, ""
	return row, nil
}

// takenBack finds out what became of a record that a rollback was at when it was killed.
// One that is gone is made anew; of a ticket the messages are looked for, those that do
// not stand there under the id that is known of them, or, where none is, with their mark.
func (t *task) takenBack(ctx context.Context) error {
	from, ok := t.Target.(connectors.Fetcher)
	if t.seen.State != checkpoints.Intended || t.seen.Target == "" || t.seen.Detail != checkpoints.BeingTakenBack || !ok {
		return nil
	}
	there, err := t.asked(ctx, from, t.rec.Kind(), t.seen.Target)
	gone := errors.Is(err, connectors.ErrNotFound)
	if err != nil && !gone {
		return err
	}
	t.seen.Detail, t.seen.Since = "", time.Time{}
	if gone {
		t.seen.Row, t.seen.State = forgotten(t.seen.Row), checkpoints.Entered
		t.was.Target = "" // so it counts as made
	}
	in := messagesOf(there)
	for id, row := range t.seen.Messages {
		if row.State != checkpoints.Done || !gone && (in.ours(row.Target, row.Mark) != nil || t.isNote(id) && in.takeNote(row)) {
			continue
		}
		row.State, row.Since = checkpoints.Intended, time.Time{}
		switch {
		case gone && t.isNote(id) && id[0] != '~': // of an edit
			row.State, row.Reason, row.Detail = checkpoints.Skipped, string(connectors.ReasonFiltered), "its ticket is made anew, with what the source says now"
		case gone:
			row.State = checkpoints.Entered
		}
		row.Target, row.Print = "", ""
		t.seen.Messages[id] = row
		t.put(row)
	}
	t.save()
	return nil
}

// forgotten is a line without what it says of a copy that is gone.
func forgotten(row checkpoints.Row) checkpoints.Row {
	row.Target, row.Made, row.TargetVersion = "", 0, ""
	row.Written, row.Returned, row.Settled, row.Begun = nil, nil, nil, nil
	return row
}

// messagesOf tells which of the messages of a ticket are ours; of other records, and of
// what is gone, none is.
func messagesOf(r desk.Record) *matcher {
	if ticket, ok := r.(*desk.Ticket); ok && ticket != nil {
		return newMatcher(ticket.Messages, false)
	}
	return new(matcher)
}
