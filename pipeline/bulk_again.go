package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
)

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
		t.seen.State, t.seen.Written, t.seen.Begun = checkpoints.Entered, nil, nil
	case id != "":
		t.seen.Target, t.seen.State, t.seen.Made, t.seen.Begun = id, checkpoints.Entered, cmp.Or(t.seen.Made, t.was.Run), nil
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
