package conntest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func repeatRules() []rule {
	on := []need{aTarget, reopening, repeating}
	return []rule{
		{"Repeat", "Caps.Idempotent: Create, Append and Update repeated with the same mark make nothing new and name the same thing.", on, repeat},
		{"RepeatReopened", "Caps.Idempotent holds after closing and opening again.", on, repeatReopened},
		{"RepeatAtOnce", "Caps.Idempotent holds for calls made at the same time.", append(on, tickets), repeatAtOnce},
	}
}

func repeat(ctx context.Context, r *rig) error {
	return r.writeTwice(ctx, func() error { return nil })
}

func repeatReopened(ctx context.Context, r *rig) error {
	return r.writeTwice(ctx, func() error { return r.close(ctx) })
}

// writeTwice makes the samples, does what lies between, makes them again, and
// compares ids and contents.
func (r *rig) writeTwice(ctx context.Context, between func() error) error {
	for _, rec := range r.writable(Sample()) {
		first, whole, err := r.create(ctx, rec)
		if err != nil {
			return err
		}
		added, err := r.lateWord(ctx, first.ID, whole)
		if err != nil {
			return err
		}
		if err := between(); err != nil {
			return err
		}
		again, _, err := r.create(ctx, rec)
		if err != nil {
			return fmt.Errorf("again: %w", err)
		}
		if again.ID != first.ID {
			return fmt.Errorf("%s %s was made as %q, and with the same mark again as %q", rec.Kind(), rec.About().ID, first.ID, again.ID)
		}
		if twice, err := r.lateWord(ctx, first.ID, whole); err != nil || twice.ID != added.ID {
			return fmt.Errorf("a message appended as %q was with the same mark appended again as %q (%s)", added.ID, twice.ID, said(err))
		}
		if t, ok := whole.(*desk.Ticket); ok && !r.writes.CreateOnly {
			t.Messages = append(t.Messages, lateMessage())
		}
		back, err := r.back(ctx, first.ID, whole)
		if err != nil {
			return err
		}
		if err := same(ctx, r.writes, whole, back); err != nil {
			return fmt.Errorf("%s after the second writing: %w", rec.Kind(), err)
		}
	}
	return r.noneTwice(ctx)
}

func lateMessage() desk.Message {
	m := say("", "late", "olga@gruen.test", "One thing more.")
	m.Author, m.At = desk.Ref{}, born.Add(minutes(600))
	return m
}

// lateWord appends one more message to a ticket, where that can be done.
func (r *rig) lateWord(ctx context.Context, id desk.ID, whole desk.Record) (connectors.Receipt, error) {
	if whole.Kind() != desk.KindTicket || r.writes.CreateOnly {
		return connectors.Receipt{}, nil
	}
	d, err := r.open(ctx)
	if err != nil {
		return connectors.Receipt{}, err
	}
	m := lateMessage()
	return d.Append(ctx, id, &m)
}

// noneTwice reads everything and looks for more records than were made.
func (r *rig) noneTwice(ctx context.Context) error {
	if !r.hasSource() || r.reads.OnePass {
		return nil
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	made := maps.Clone(r.far.Standing)
	if made == nil {
		made = map[desk.Kind]int{}
	}
	for what := range r.targets {
		if !slices.Contains(r.writes.Adopts, what.kind) {
			made[what.kind]++
		}
	}
	for _, kind := range r.writes.Kinds {
		if !r.reads.Has(kind) {
			continue
		}
		items, err := r.readAll(ctx, kind)
		if err != nil {
			return err
		}
		if n := len(latest(items)); n != made[kind] {
			return fmt.Errorf("%d records of kind %s were made, %d are there: %q", made[kind], kind, n, tops(items))
		}
	}
	return nil
}

func repeatAtOnce(ctx context.Context, r *rig) error {
	got, want, err := r.makeTicket(ctx, simple("twin", "first"))
	if err != nil {
		return err
	}
	n := max(r.writes.Parallel, 2)
	ids, errs := make([]desk.ID, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		other := r.link(simple("other", "first"))
		wg.Go(func() {
			one, err := r.target.Create(ctx, other)
			ids[i], errs[i] = one.ID, err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	r.targets[named{desk.KindTicket, "other"}] = ids[0]
	for _, id := range ids {
		if id != ids[0] || id == got.ID {
			return fmt.Errorf("%d calls with one mark made %q", n, ids)
		}
	}
	if _, err := r.backTicket(ctx, got.ID, want); err != nil {
		return err
	}
	return r.noneTwice(ctx)
}
