package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// jobs lets records that are made at the same time be made in one call, where the
// target can. Nobody waits for company that cannot come: a job begins when it is
// full, or when every worker waits for one. So it fills by itself while others are
// under way, and a record that comes alone goes alone.
type jobs struct {
	maker connectors.Bulk // nil: the target makes records one by one

	mu      sync.Mutex
	workers int // that may yet bring a record, or wait to
	waiting map[desk.Kind][]*seat
	alarm   *time.Timer

	ends sync.Map // what became of jobs of earlier runs: connectors.Job → *jobEnd
}

// seat is a record's in a job that has not begun.
type seat struct {
	task *task
	step Step
	got  connectors.Receipt
	err  error
	echo bool          // the error is the job's, and another record has told it
	solo bool          // it is to be made by a call of its own
	done chan struct{} // closed when the above are set
}

const (
	// fewest is how many records are worth a job, which costs two requests at least.
	fewest = 3
	// patience is how long a record waits for workers that do something else, such
	// as sending a large file or waiting for this very record.
	patience = 2 * time.Second
)

// most is how many records of one kind the target makes in one call; 0 if it makes
// them one by one.
func (j *jobs) most() (n int) {
	if j.maker == nil {
		return 0
	}
	for _, kind := range desk.Kinds {
		n = max(n, j.maker.BulkSize(kind))
	}
	return n
}

// enter counts a worker, until leave is called.
func (j *jobs) enter() (leave func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.workers++
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.workers--
		j.look()
	}
}

// look begins the jobs that are full, and all if nobody else can come.
func (j *jobs) look() {
	n := 0
	for kind, seats := range j.waiting {
		if n += len(seats); len(seats) >= j.maker.BulkSize(kind) {
			j.begin(kind)
			n -= len(seats)
		}
	}
	if n > 0 && n >= j.workers {
		j.beginAll()
	}
}

func (j *jobs) beginAll() {
	for kind := range j.waiting {
		j.begin(kind)
	}
}

func (j *jobs) begin(kind desk.Kind) {
	seats := j.waiting[kind]
	delete(j.waiting, kind)
	if len(seats) >= fewest {
		go seats[0].task.runJob(seats)
		return
	}
	alone(seats)
}

// alone sends records away to be made by a call of their own.
func alone(seats []*seat) {
	for _, s := range seats {
		s.solo = true
		close(s.done)
	}
}

// take gives a record a seat in the next job.
func (j *jobs) take(s *seat) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.waiting == nil {
		j.waiting = map[desk.Kind][]*seat{}
	}
	if len(j.waiting) == 0 {
		if j.alarm != nil {
			j.alarm.Stop()
		}
		j.alarm = time.AfterFunc(patience, func() {
			j.mu.Lock()
			defer j.mu.Unlock()
			j.beginAll()
		})
	}
	kind := s.step.Record.Kind()
	j.waiting[kind] = append(j.waiting[kind], s)
	j.look()
}

// giveUp gives a seat up; false if its job has begun.
func (j *jobs) giveUp(s *seat) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	kind := s.step.Record.Kind()
	for i, other := range j.waiting[kind] {
		if other == s {
			j.waiting[kind] = append(j.waiting[kind][:i:i], j.waiting[kind][i+1:]...)
			if len(j.waiting[kind]) == 0 {
				delete(j.waiting, kind)
			}
			return true
		}
	}
	return false
}

// together makes the record in one call with others; ok is false if it is to be
// made by a call of its own.
func (t *task) together(ctx context.Context, step Step) (s *seat, ok bool) {
	fits := step.Verb == Create && !t.DryRun && t.syncer == nil && t.jobs.maker != nil &&
		t.jobs.maker.BulkSize(step.Record.Kind()) >= fewest && !heavy(step.Record)
	if !fits {
		return nil, false
	}
	s = &seat{task: t, step: step, done: make(chan struct{})}
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

// runJob makes records in one call, journalled as a single one is: what begins
// before it begins, the job's name before anything is asked of it.
func (t *task) runJob(seats []*seat) {
	t.calls <- struct{}{}
	defer func() { <-t.calls }()
	ctx := context.Background() // a call under way is finished
	records := make([]desk.Record, len(seats))
	for i, s := range seats {
		records[i] = s.step.Record
		s.task.intend(s.step)
		s.task.seen.Written = s.step.Prints // what the job carries, if it is known to have been done
		s.task.save()
	}
	if err := t.Store.Flush(ctx); err != nil {
		answer(seats, nil, nil, fmt.Errorf("%w: %w", errStop, err))
		return
	}
	job, err := t.jobs.maker.Begin(ctx, records)
	if err != nil && single(err) {
		alone(seats)
		return
	}
	if err != nil {
		answer(seats, nil, nil, err)
		return
	}
	for i, s := range seats {
		s.task.seen.Job = strconv.Itoa(i) + ":" + string(job)
		s.task.save()
	}
	if err := t.Store.Flush(ctx); err != nil {
		answer(seats, nil, nil, fmt.Errorf("%w: %w: %w", errStop, connectors.ErrUnsure, err))
		return
	}
	receipts, errs, err := t.jobs.maker.Await(ctx, job)
	if err == nil && (len(receipts) != len(seats) || len(errs) != len(seats)) {
		err = fmt.Errorf("job %s: %d records were handed over, and it tells of %d", job, len(seats), len(receipts))
	}
	answer(seats, receipts, errs, inDoubt(err))
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

// jobEnd is what a job of an earlier run came to; asked for once.
type jobEnd struct {
	turn     chan struct{} // held by who asks; unlike a mutex, who waits hears of a run that is stopped
	known    bool
	receipts []connectors.Receipt
	errs     []error
}

// await asks what became of the job that carries the record's open intent. Where it
// does not tell, the record is looked for as any other.
func (t *task) await(ctx context.Context) error {
	place, name, ok := strings.Cut(t.seen.Job, ":")
	at, err := strconv.Atoi(place)
	if !ok || err != nil || t.jobs.maker == nil {
		return nil
	}
	end, err := t.jobs.end(ctx, connectors.Job(name))
	if err != nil && (ctx.Err() != nil || errors.Is(err, connectors.ErrBusy) || errors.Is(err, connectors.ErrDenied)) {
		return fmt.Errorf("%s %s: what became of the job that carries it: %w", t.rec.Kind(), t.rec.About().ID, err)
	}
	t.seen.Job = ""
	if err != nil || at < 0 || at >= len(end.receipts) || at >= len(end.errs) {
		return nil // the job is forgotten
	}
	switch id, err := end.receipts[at].ID, end.errs[at]; {
	case errors.Is(err, connectors.ErrUnsure):
	case err != nil: // it was refused: the call that is made now is told why
		t.seen.State, t.seen.Written = checkpoints.Entered, nil
	case id != "":
		t.seen.Target, t.seen.State = id, checkpoints.Entered
		t.known.set(t.rec.Kind(), t.rec.About().ID, id)
	}
	return nil
}

// end awaits a job of an earlier run, once.
func (j *jobs) end(ctx context.Context, job connectors.Job) (*jobEnd, error) {
	e, _ := j.ends.LoadOrStore(job, &jobEnd{turn: make(chan struct{}, 1)})
	end := e.(*jobEnd)
	select {
	case end.turn <- struct{}{}:
		defer func() { <-end.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if end.known {
		return end, nil
	}
	receipts, errs, err := j.maker.Await(ctx, job)
	if err != nil {
		return nil, err
	}
	end.receipts, end.errs, end.known = receipts, errs, true
	return end, nil
}
