package pipeline

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// unfinished are the states that every run takes up.
var unfinished = []checkpoints.State{checkpoints.Entered, checkpoints.Intended, checkpoints.Held}

// again takes up the records of a kind that earlier runs left open; a retry, those
// in quarantine as well.
func (r *run) again(ctx context.Context, kind desk.Kind) error {
	states := unfinished
	if r.RetryOnly {
		states = append(slices.Clone(states), checkpoints.Failed)
	}
	return r.takeUp(ctx, kind, states)
}

// heldAgain comes back, within the run, to what waited for something that may have
// arrived since.
func (r *run) heldAgain(ctx context.Context) error {
	counts, ripening := r.tally.counts(), r.ripening() > 0
	r.named.Store(0)
	r.last = !r.Select.narrow() && !r.RetryOnly
	for _, kind := range r.order() {
		waits := kind == desk.KindTicket && (r.waits.Load() || ripening)
		if counts[kind].Held == 0 && !waits {
			continue
		}
		if err := r.save(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		if err := r.takeUp(ctx, kind, unfinished); err != nil {
			return err
		}
	}
	return nil
}

// takeUp brings the records of a kind whose lines are in one of the states, side
// by side: one that waits for a busy target holds back no other.
func (r *run) takeUp(ctx context.Context, kind desk.Kind, states []checkpoints.State) error {
	if r.fetcher == nil {
		return r.reread(ctx, kind, states)
	}
	return r.abreast(ctx, func(ctx context.Context, begin func(func() error)) error {
		for id, err := range r.Ledger.Open(ctx, kind, states...) {
			if err != nil {
				return err
			}
			begin(func() error {
				if rests, err := r.rests(ctx, kind, id, states); rests || err != nil {
					return err
				}
				return r.takeUpOne(ctx, kind, id)
			})
		}
		return nil
	})
}

// listedAgain takes up, of the people that come in any case, those that an earlier run
// left open: the cursor may be behind them, and theirs is the record that others join.
func (r *run) listedAgain(ctx context.Context, kind desk.Kind) error {
	return r.abreast(ctx, func(ctx context.Context, begin func(func() error)) error {
		for id, err := range r.Ledger.Open(ctx, kind, unfinished...) {
			if err != nil {
				return err
			}
			who := desk.New(kind)
			if who.About().ID = id; r.anyway(who) {
				begin(func() error { return r.takeUpOne(ctx, kind, id) })
			}
		}
		return nil
	})
}

// rests tells a ticket that was refused: it waits for retry, and its messages, whose
// lines are open, wait with it; but for those of which nobody knows whether they arrived.
func (r *run) rests(ctx context.Context, kind desk.Kind, id desk.ID, states []checkpoints.State) (bool, error) {
	if kind != desk.KindTicket || slices.Contains(states, checkpoints.Failed) {
		return false, nil
	}
	row, exists, err := r.Ledger.Row(ctx, kind, "", id)
	if err != nil || !exists || row.State != checkpoints.Failed || row.Target == "" {
		return exists && row.State == checkpoints.Failed, err
	}
	messages, err := r.Ledger.Messages(ctx, id)
	for _, m := range messages {
		if m.State == checkpoints.Intended {
			return false, err
		}
	}
	return err == nil, err
}

// abreast lets walk begin pieces of work, as many at once as the run has workers; one after
// the other when it is hasty.
// The first error ends them all.
func (r *run) abreast(ctx context.Context, walk func(ctx context.Context, begin func(func() error)) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Workers + 1) // the walk is one of them
	if r.hasty {
		g.SetLimit(2)
	}
	g.Go(func() error {
		return walk(ctx, func(piece func() error) {
			g.Go(func() error {
				defer r.jobs.enter()()
				if err := ctx.Err(); err != nil {
					return err
				}
				return piece()
			})
		})
	})
	return g.Wait()
}

func (r *run) takeUpOne(ctx context.Context, kind desk.Kind, id desk.ID) error {
	rec, err := r.fetcher.Fetch(ctx, kind, id)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return r.vanished(ctx, kind, id)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, connectors.ErrDenied):
		return err
	case err != nil:
		reason := connectors.ReasonOf(err)
		return r.setAside(ctx, checkpoints.Row{
			Kind: kind, ID: id, State: stateFor(err, reason), Reason: string(reason), Detail: err.Error(),
			Run: r.Run, Mark: r.Marks(kind, "", id),
		})
	}
	return r.record(ctx, rec, nil)
}
