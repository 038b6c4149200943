package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
)

// A run notes, with whatever it makes durable, at what time it was still alive. A call
// that was under way when it was killed may have been sent as late as that: it waits for
// its turn, and for what the system allows in a time, long after its line was put.

// signs owns the notes in the store.
const signs = "pipeline"

func sign(run int64) string { return fmt.Sprintf("alive/%d", run) }

// alive notes that the run is.
func (r *run) alive(ctx context.Context) error {
	if r.syncer != nil || r.DryRun || r.Run == 0 {
		return nil // nothing is in doubt for its time
	}
	return r.Store.Keys(signs, false).Put(ctx, sign(r.Run), []byte(r.theirNow().UTC().Format(time.RFC3339Nano)))
}

// over forgets the note: what a run that ended left in doubt has the time of its end.
func (r *run) over(ctx context.Context) error {
	if r.syncer != nil || r.DryRun || r.Run == 0 {
		return nil
	}
	return r.Store.Keys(signs, false).Put(ctx, sign(r.Run), nil)
}

// sentBy brings the time of a write in doubt to the latest at which an earlier run may
// have sent it. It is done where a line is read: one that is put again bears this run's
// number, and the note of that other run is found no more.
func (r *run) sentBy(ctx context.Context, row *checkpoints.Row) error {
	sender := row.Run
	if row.Target == "" && row.Made != 0 {
		sender = row.Made // a later run may have come to the line, and sent nothing
	}
	if row.State != checkpoints.Intended || sender == r.Run {
		return nil
	}
	b, err := r.Store.Keys(signs, false).Get(ctx, sign(sender))
	if err != nil || b == nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, string(b))
	if err == nil && at.After(row.Since) {
		row.Since = at
		r.senders.Store(sender, at)
	}
	return err
}

// setRight brings the notes that lie ahead of a clock that was set back to now: they would
// else be ahead of it whenever a line is read. It is done only when the target has answered,
// and its time is known.
func (r *run) setRight(ctx context.Context, now time.Time) (err error) {
	r.senders.Range(func(sender, at any) bool {
		if at.(time.Time).After(now) {
			r.senders.Delete(sender)
			err = r.Store.Keys(signs, false).Put(ctx, sign(sender.(int64)), []byte(now.UTC().Format(time.RFC3339Nano)))
		}
		return err == nil
	})
	return err
}
