package pipeline

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// reread takes up what is open where the source cannot be asked for one record:
// it is read again from the beginning, and what the ledger calls open is picked
// out. The cursor stays where it is.
func (r *run) reread(ctx context.Context, kind desk.Kind, states []checkpoints.State) error {
	if err := r.save(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	some, err := r.anyOpen(ctx, kind, states)
	if !some || err != nil {
		return err
	}
	return r.readAgain(ctx, kind, func(rec desk.Record) (bool, error) { return r.isOpen(ctx, rec, states) })
}

// readAgain reads a kind from the beginning and takes up what is wanted of it.
func (r *run) readAgain(ctx context.Context, kind desk.Kind, wanted func(desk.Record) (bool, error)) error {
	return r.abreast(ctx, func(ctx context.Context, begin func(func() error)) error {
		for item, err := range r.Source.Read(ctx, kind, "") {
			if err != nil {
				return err
			}
			if item.Record == nil {
				continue // it is written down already
			}
			begin(func() error {
				yes, err := wanted(item.Record)
				if !yes || err != nil {
					return err
				}
				return r.record(ctx, item.Record, nil)
			})
		}
		return nil
	})
}

func (r *run) anyOpen(ctx context.Context, kind desk.Kind, states []checkpoints.State) (bool, error) {
	for id, err := range r.Ledger.Open(ctx, kind, states...) {
		if id != "" || err != nil {
			return err == nil, err
		}
	}
	return false, nil
}

// isOpen tells whether the line of a record, or of one of its messages, is in one
// of the states.
func (r *run) isOpen(ctx context.Context, rec desk.Record, states []checkpoints.State) (bool, error) {
	id := rec.About().ID
	row, exists, err := r.Ledger.Row(ctx, rec.Kind(), "", id)
	if err != nil || !exists {
		return false, err // new records are for the pass
	}
	open := slices.Contains(states, row.State)
	if !open && rec.Kind() == desk.KindTicket && (row.State != checkpoints.Failed || row.Target != "") {
		rows, err := r.Ledger.Messages(ctx, id)
		if err != nil {
			return false, err
		}
		for _, m := range rows {
			open = open || slices.Contains(states, m.State)
		}
	}
	return open, nil
}

// insist comes back to the records of a kind that wait for others of it, as a
// category does for the one around it, where the source cannot be asked for
// those. When nothing more has come, what is missing never will.
func (r *run) insist(ctx context.Context, kind desk.Kind) error {
	if r.fetcher != nil || kind == desk.KindTicket {
		return nil
	}
	defer func() { r.last = false }()
	for was := int64(-1); !r.last; {
		held := r.tally.counts()[kind].Held
		if held == 0 {
			return nil
		}
		r.last, was = held == was, held
		if err := r.takeUp(ctx, kind, unfinished); err != nil {
			return err
		}
	}
	return nil
}

// mayCome tells whether a record that the source cannot be asked for may still be
// read: one of the kind under way, or one that is known and waits.
func (t *task) mayCome(ref desk.Ref, exists bool) bool {
	return t.fetcher == nil && !t.last && (exists || ref.Kind == t.rec.Kind())
}
