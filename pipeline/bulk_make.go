package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// together makes the record in one call with others; ok is false if it is to be
// made by a call of its own.
func (t *task) together(ctx context.Context, step Step) (s *seat, ok bool) {
	fits := step.Verb == Create && !t.DryRun && t.syncer == nil && t.jobs.maker != nil &&
		t.jobs.maker.BulkSize(step.Record.Kind()) >= fewest && !heavy(step.Record)
	if !fits {
		return nil, false
	}
	s = &seat{run: ctx, task: t, step: step, done: make(chan struct{})}
	t.jobs.take(s)
	select {
	case <-s.done:
	case <-ctx.Done():
		if t.jobs.giveUp(s) {
			s.err = fmt.Errorf("%w: %w", errStop, ctx.Err())
			return s, true
		}
		<-s.done
	}
	return s, !s.solo
}

// heavy tells a record that has files: one that takes minutes to upload must not hold up
// a hundred, and a job that waits for its turn must not outlast what was uploaded for it.
func heavy(rec desk.Record) bool {
	ticket, ok := rec.(*desk.Ticket)
	return ok && slices.ContainsFunc(ticket.Messages, func(m desk.Message) bool { return len(m.Files) > 0 })
}

// runJob makes records in one call.
func runJob(seats []*seat) {
	t := seats[0].task
	t.calls <- struct{}{}
	defer func() { <-t.calls }()
	receipts, errs, err := t.makeTogether(seats)
	if errors.Is(err, errSingly) {
		alone(seats)
		return
	}
	answer(seats, receipts, errs, err)
}

// errSingly is of a job that was not begun and whose records are to be made one by one.
var errSingly = errors.New("one by one")

// makeTogether journals a job as a single call is: what begins before it begins, the
// job's name before anything is asked of it. Like one, it is begun to its end also when
// the run is being stopped; what became of it the next run can ask.
func (t *task) makeTogether(seats []*seat) (receipts []connectors.Receipt, errs []error, err error) {
	defer func() {
		if fault := recover(); fault != nil { // it is none of the record's, whose worker waits
			receipts, errs, err = nil, nil, fmt.Errorf("this program failed over a job: %v: %w", fault, connectors.ErrUnsure)
		}
	}()
	ctx := context.WithoutCancel(seats[0].run)
	records := make([]desk.Record, len(seats))
	for i, s := range seats {
		records[i] = s.step.Record
		s.task.intend(s.step)
		s.task.seen.Written = s.step.Prints // what the job carries, if it is known to have been done
		s.task.save()
	}
	if err := errors.Join(t.alive(ctx), t.Store.Flush(ctx)); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errStop, err)
	}
	job, err := t.jobs.maker.Begin(ctx, records)
	if err != nil {
		if single(err) {
			err = errSingly
		}
		return nil, nil, err
	}
	for i, s := range seats {
		s.task.seen.Job = strconv.Itoa(i) + ":" + string(job)
		s.task.save()
	}
	if err := t.Store.Flush(ctx); err != nil {
		return nil, nil, fmt.Errorf("%w: %w: %w", errStop, connectors.ErrUnsure, err)
	}
	ctx, over := outlive(seats[0].run, grace)
	defer over()
	receipts, errs, err = t.jobs.maker.Await(ctx, job)
	if err == nil && (len(receipts) != len(seats) || len(errs) != len(seats)) {
		err = fmt.Errorf("job %s: %d records were handed over, and it tells of %d", job, len(seats), len(receipts))
	}
	return receipts, errs, inDoubt(err)
}

// grace is how long a run that is being stopped waits for a job.
const grace = 30 * time.Second

// outlive is a context that ends some time after another.
func outlive(ctx context.Context, by time.Duration) (longer context.Context, over func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(by, cancel) })
	return longer, func() { forget(); cancel() }
}

// single tells whether a job that was not begun is worth trying one by one: what is
// wrong may be wrong with one of its records.
func single(err error) bool {
	return !errors.Is(err, connectors.ErrUnsure) && !errors.Is(err, connectors.ErrDenied)
}

// inDoubt is the error of a job of which nobody knows how it ended. It is not one to
// begin again after, however busy the target was.
func inDoubt(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, connectors.ErrDenied):
		return fmt.Errorf("%w: %w", connectors.ErrUnsure, err)
	}
	return fmt.Errorf("%w: %s", connectors.ErrUnsure, err.Error())
}

// answer tells each record what became of it. An error of the whole job counts once.
func answer(seats []*seat, receipts []connectors.Receipt, errs []error, err error) {
	for i, s := range seats {
		if s.err, s.echo = err, err != nil && i > 0; err == nil {
			s.got, s.err = receipts[i], errs[i]
		}
		close(s.done)
	}
}
