package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	// Only are the tickets that are taken back, as the source calls them, and nothing else;
	// nil all.
	Only map[desk.ID]bool
	// Do deletes; without it is told what would be.
	Do   bool
	Told func(Undone)
	// Beside are the ledgers of other sources of the target, of which nothing is taken
	// back: whom their records share with those of this one stays.
	Beside []checkpoints.Ledger

	deleter connectors.Deleter
	fetcher connectors.Fetcher
	syncer  connectors.Syncer         // nil if what was deleted is so when the call returns
	taker   connectors.MessageDeleter // nil if it takes back no single messages
	reader  *run                      // compares texts with the source's; nil until it is needed
	rewound bool
	doomed  []doomed // to be deleted together
	families
	notes int  // of references of what stays
	blind bool // something is in doubt, of which nobody knows to whom it refers
}

const nobodyKnows = "nobody knows yet whether it arrived: run a sync first, which finds out"

// Undone is what became of one record that a run made, or would.
type Undone struct {
	Kind    desk.Kind
	Parent  desk.ID // of a message, its ticket in the source
	ID      desk.ID // in the source
	Target  desk.ID
	Deleted bool // also of what was gone already
	Gone    bool // that it was
	// Why says of what is left why.
	Why string
}

// Go takes back what one source brought: see [RollBack].
func (b *Rollback) Go(ctx context.Context) error { return RollBack(ctx, b) }

// runs are those that made records of a kind, the newest first. 0 is among them: lines
// of an older ledger do not know.
func (b *Rollback) runs(ctx context.Context, kind desk.Kind) (runs []int64, err error) {
	if b.Of != 0 {
		return []int64{b.Of}, nil
	}
	made := map[int64]bool{0: true}
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{kind}}) {
		if err != nil {
			return nil, err
		}
		made[row.Made] = true
	}
	runs = slices.Sorted(maps.Keys(made))
	slices.Reverse(runs)
	return runs, nil
}

// kind takes back the records of a kind that one run made.
func (b *Rollback) kind(ctx context.Context, kind desk.Kind, run int64) error {
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{kind}, Made: run}) {
		if err != nil {
			return err
		}
		if row.Made != run || !b.takes(row) {
			continue
		}
		if b.doomed = append(b.doomed, doomed{row: row}); len(b.doomed) == together {
			if err := b.carryOut(ctx); err != nil {
				return err
			}
		}
	}
	return b.carryOut(ctx)
}

// leave tells that a record stays, and notes what it refers to.
func (b *Rollback) leave(ctx context.Context, row checkpoints.Row, there desk.Record, why string) error {
	if b.Do {
		row, err := b.unharmed(ctx, row, there)
		if err != nil {
			return err
		}
		b.Ledger.Put(row)
	}
	b.tell(Undone{Kind: row.Kind, ID: row.ID, Target: row.Target, Why: why})
	if there == nil {
		return nil
	}
	for _, ref := range desk.Refs(there) {
		if err := b.need(ctx, desk.To(ref.Kind, ref.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (b *Rollback) tell(u Undone) {
	if b.Told != nil {
		b.Told(u)
	}
}

// stays tells why a record is not to be deleted; "" if it may be. there is nil if it
// is gone already.
func (b *Rollback) stays(ctx context.Context, row checkpoints.Row) (why string, there desk.Record, err error) {
	there, err = b.fetch(ctx, row.Kind, row.Target)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return "", nil, nil
	case err != nil:
		return "", nil, err
	case there.About().ID != "" && there.About().ID != row.Target:
		return fmt.Sprintf("somebody merged it into %s", there.About().ID), there, nil
	}
	switch needed, err := b.needed(ctx, desk.To(row.Kind, row.Target)); {
	case needed || err != nil:
		return "something that stays refers to it", there, err
	case b.blind && row.Kind != desk.KindTicket:
		return "something may refer to it of which " + nobodyKnows, there, nil
	}
	merged, err := b.merged(ctx, there, row.Target)
	if t, ok := there.(*desk.Ticket); ok && err == nil {
		if why, err = b.foreign(ctx, merged); why == "" && err == nil {
			why, err = b.inside(ctx, row, t)
		}
	}
	if why == "" && err == nil {
		why, err = b.altered(ctx, row, there, merged)
	}
	b.head(row.Target, merged, why == "" && err == nil)
	return why, there, err
}

// altered tells why a record stays for what it says; "" if nobody changed that.
func (b *Rollback) altered(ctx context.Context, row checkpoints.Row, there desk.Record, merged []*desk.Ticket) (why string, err error) {
	names, err := b.touched(ctx, row, there)
	if slices.Contains(names, "participants") && len(merged) > 0 { // they may have come with the others
		names, err = b.touched(ctx, row, bare(there.(*desk.Ticket), merged, nil))
	}
	if err != nil || len(names) == 0 {
		return "", err
	}
	return "somebody changed it since: " + strings.Join(names, ", "), nil
}

// inside tells why a ticket is not to be deleted for what is in it; "" if it may be.
func (b *Rollback) inside(ctx context.Context, row checkpoints.Row, there *desk.Ticket) (why string, err error) {
	if where := b.hidden(there); where != "" {
		return "somebody put it where nobody looks: it " + where, nil
	}
	rows, err := b.Ledger.Messages(ctx, row.ID)
	if err != nil {
		return "", err
	}
	switch n := strangers(there, rows); {
	case n == 1:
		return "somebody wrote a message into it since", nil
	case n > 1:
		return fmt.Sprintf("somebody wrote %d messages into it since", n), nil
	}
	if b.Of != 0 {
		if later := laterThan(b.Of, row, rows); later > 0 {
			return fmt.Sprintf("run %d went on with it: take that back first, or all of them", later), nil
		}
	}
	ids, err := b.edited(ctx, row, rows, there)
	return someEdited(ids), err
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
		if r.State == checkpoints.Done {
			later = max(later, r.Run)
		}
	}
	if later <= run {
		return 0
	}
	return later
}

// touched lists the fields of the copy that are neither as they were written nor as the
// target gave them back then. Where it gave nothing back, its word for the state says that
// nobody came after the run that made the record; after a later run it says nothing of who
// came between the two.
func (b *Rollback) touched(ctx context.Context, row checkpoints.Row, there desk.Record) (names []string, err error) {
	if row.Returned == nil && row.Run == row.Made && row.TargetVersion != "" && row.TargetVersion == there.About().Version {
		return nil, nil
	}
	losses, err := b.Ledger.Losses(ctx, row.Kind, row.ID)
	return changedThere(there, row, b.Writes, lostFields(losses, row.Kind)), err
}
