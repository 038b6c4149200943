package zendesk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// most is how many tickets an import takes at once.
const most = 100

// BulkSize implements connectors.Bulk: tickets are imported a hundred at once.
// People are not: most accounts refuse them in bulk until Zendesk has been asked.
func (t *Target) BulkSize(kind desk.Kind) int {
	if kind == desk.KindTicket {
		return most
	}
	return 0
}

// jobName is a job as it is journalled: Zendesk's name for it, and how many tickets
// are in it.
type jobName struct {
	ID    string `json:"id"`
	Count int    `json:"n"`
}

// jobShape is what Zendesk tells of a job.
type jobShape struct {
	Job *struct {
		ID      string          `json:"id"`
		Status  string          `json:"status"`
		Message string          `json:"message"`
		Results json.RawMessage `json:"results"`
	} `json:"job_status"`
}

// resultShape is what became of one item of a job.
type resultShape struct {
	Index   *int  `json:"index"`
	ID      int64 `json:"id"`
	Error   loose `json:"error"`
	Errors  loose `json:"errors"`
	Details loose `json:"details"`
}

// Begin uploads the files of the tickets and hands them over.
func (t *Target) Begin(ctx context.Context, rs []desk.Record) (connectors.Job, error) {
	if t.dry {
		return "", errDry
	}
	if len(rs) == 0 || len(rs) > most {
		return "", fmt.Errorf("%d tickets in one job: %w", len(rs), connectors.ErrUnsupported)
	}
	w, err := t.read.words(ctx)
	if err != nil {
		return "", err
	}
	all, err := t.prepareAll(ctx, w, rs)
	if err != nil {
		return "", err
	}
	list := make([]obj, len(all))
	var before time.Time
	for i, one := range all {
		list[i] = one.obj
		if before.IsZero() || !one.before.IsZero() && one.before.Before(before) {
			before = one.before
		}
	}
	var out jobShape
	call := rest.Call{Method: http.MethodPost, Path: "imports/tickets/create_many", JSON: obj{"tickets": list}, Before: before}
	if _, err := t.client.JSON(ctx, call, &out); err != nil {
		return "", err
	}
	if out.Job == nil || out.Job.ID == "" {
		return "", fmt.Errorf("imports/tickets/create_many: the answer names no job: %w", connectors.ErrUnsure)
	}
	for _, one := range all {
		one.obj = obj{"tags": one.tags()} // the texts are sent, and jobs may be many
	}
	t.mu.Lock()
	t.jobs[out.Job.ID] = all
	t.mu.Unlock()
	name, err := json.Marshal(jobName{out.Job.ID, len(rs)})
	return connectors.Job(name), err
}

// prepareAll uploads the files of several tickets, a few tickets at a time.
func (t *Target) prepareAll(ctx context.Context, w *words, rs []desk.Record) ([]*ticketWrite, error) {
	all := make([]*ticketWrite, len(rs))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i, r := range rs {
		g.Go(func() (err error) {
			tk, is := r.(*desk.Ticket)
			if !is {
				return fmt.Errorf("a %s in bulk: %w", r.Kind(), connectors.ErrUnsupported)
			}
			all[i], err = t.prepare(ctx, w, tk)
			return err
		})
	}
	return all, g.Wait()
}

// Await asks after a job until it is over. What it says of a ticket that it does not
// mention is that nobody knows.
func (t *Target) Await(ctx context.Context, job connectors.Job) ([]connectors.Receipt, []error, error) {
	var name jobName
	if err := json.Unmarshal([]byte(job), &name); err != nil || name.ID == "" || name.Count < 0 || name.Count > most {
		return nil, nil, fmt.Errorf("job %q is none of Zendesk's: %w", job, connectors.ErrRefused)
	}
	for wait := t.firstAsk(); ; wait = min(2*wait, 10*time.Second) {
		var out jobShape
		if err := t.read.one(ctx, "job_statuses/"+name.ID, &out); err != nil {
			return nil, nil, err
		}
		if out.Job == nil {
			return nil, nil, notThis("job_statuses", "job_status")
		}
		switch out.Job.Status {
		case "completed", "failed", "killed":
			all := t.begun(name.ID)
			receipts, errs := outcomes(name, all, out.Job.Status, out.Job.Message, out.Job.Results)
			t.readBack(ctx, all, receipts)
			return receipts, errs, nil
		}
		if err := pause(ctx, wait); err != nil {
			return nil, nil, err
		}
	}
}

// firstAsk is how long a job is left alone before it is asked after again.
func (t *Target) firstAsk() time.Duration {
	if t.config.wait > 0 {
		return t.config.wait
	}
	return time.Second
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begun are the tickets of a job that this opening of the target began, which is then
// forgotten; none if another run began it.
func (t *Target) begun(job string) []*ticketWrite {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.jobs[job]
	delete(t.jobs, job)
	return all
}

// outcomes sorts the results of a job by the tickets that were handed over.
func outcomes(name jobName, all []*ticketWrite, status, message string, raw json.RawMessage) ([]connectors.Receipt, []error) {
	receipts, errs := make([]connectors.Receipt, name.Count), make([]error, name.Count)
	for i := range errs {
		errs[i] = fmt.Errorf("job %s ended as %s (%s) and does not tell what became of its item %d: %w", name.ID, status, message, i+1, connectors.ErrUnsure)
	}
	var results []resultShape
	if json.Unmarshal(raw, &results) != nil { // {"success": false} of a job that failed
		return receipts, errs
	}
	for i, r := range results {
		at := i
		if r.Index != nil {
			at = *r.Index
		}
		if at < 0 || at >= name.Count {
			continue
		}
		why := cmp.Or(string(r.Details), string(r.Errors), string(r.Error))
		switch {
		case r.ID > 0 && r.Error == "":
			receipts[at], errs[at] = connectors.Receipt{ID: number(r.ID)}, nil
			if at < len(all) {
				receipts[at] = all[at].receipt(number(r.ID))
			}
		case why != "":
			errs[at] = connectors.Refuse(connectors.ReasonRefused, "", "Zendesk did not import the ticket: %s", why)
		}
	}
	return receipts, errs
}
