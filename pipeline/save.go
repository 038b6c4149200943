package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
)

// How often a run saves: after so many lines or so much time. What was written
// since is done again after a kill, harmlessly.
const (
	savePuts  = 3000
	saveEvery = time.Second
	saveCheck = 50 * time.Millisecond
)

// put sets lines of the ledger and counts them. A verification sets none.
func (r *run) put(rows ...checkpoints.Row) {
	if r.check != nil {
		return
	}
	r.Ledger.Put(rows...)
	r.mu.Lock()
	r.puts += len(rows)
	r.mu.Unlock()
}

// saveNowAndThen saves until done is closed. A save that fails stops the run.
func (r *run) saveNowAndThen(ctx context.Context, stop context.CancelCauseFunc, done <-chan struct{}) {
	tick := time.NewTicker(saveCheck)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		r.mu.Lock()
		puts := r.puts
		r.mu.Unlock()
		if puts < savePuts && time.Since(last) < saveEvery {
			continue
		}
		saving := context.WithoutCancel(ctx)
		if err := errors.Join(r.alive(saving), r.save(saving)); err != nil {
			stop(err)
			return
		}
		last = time.Now()
	}
}

// save makes the outcomes so far durable, first at the target, then here, and
// moves the cursors past what is settled. Once a save has failed, on either side,
// no later one of the run is believed: what the target still has of it, and what
// it lost, the next run finds out as after a kill.
func (r *run) save(ctx context.Context) error {
	r.saving.Lock()
	defer r.saving.Unlock()
	if r.torn != nil {
		return r.torn
	}
	counts := r.tally.counts()
	batch, err := r.take(ctx)
	if err == nil {
		err = batch.Commit(ctx)
	}
	if r.torn = err; err == nil {
		r.saved = counts
	}
	if errors.Is(err, checkpoints.ErrFull) {
		return &connectors.Trouble{Reason: connectors.ReasonTransient, Err: fmt.Errorf("%w (%w)", err, connectors.ErrDenied)}
	}
	return err
}

// UnsavedError says why a run ended that could not save all that it did. What is not saved,
// the next run does again, or finds out.
type UnsavedError struct{ error }

// Unwrap is why.
func (e *UnsavedError) Unwrap() error { return e.error }

// take sets the lines aside of which the target has made sure.
func (r *run) take(ctx context.Context) (checkpoints.Batch, error) {
	if r.syncer == nil || r.DryRun {
		return r.takeNow(), nil
	}
	if r.exclusive() {
		r.still.Lock()
		defer r.still.Unlock()
		if err := r.syncer.Sync(ctx); err != nil {
			return nil, err
		}
		return r.takeNow(), nil
	}
	r.takeNow() // what is written while the target syncs waits for the next
	if err := r.syncer.Sync(ctx); err != nil {
		return nil, err
	}
	return r.Store.TakeKeys(), nil // with the above: what the target noted of its sync
}

func (r *run) takeNow() checkpoints.Batch {
	r.mu.Lock()
	r.puts = 0
	streams := make([]*stream, 0, len(r.streams))
	for s := range r.streams {
		streams = append(streams, s)
	}
	r.mu.Unlock()
	for _, s := range streams {
		r.advance(s)
	}
	return r.Store.Take()
}

// advance puts the cursor of a stream past what is settled.
func (r *run) advance(s *stream) {
	if c, moved := s.window.settled(); moved && s.moves {
		r.Ledger.Advance(s.kind, s.part, r.cursors, string(c))
	}
}
