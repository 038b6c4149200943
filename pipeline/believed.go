package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
)

// believed is nil when a negative answer can be believed about a write that was begun then:
// a search runs behind, and a call whose line was cut may still be at work. Until then it
// is ErrBusy. A time that lies ahead, for the clock was set back, becomes now. Servers tell
// their time to the second: between two that they told may lie one less than it seems.
func (t *task) believed(ctx context.Context, row *checkpoints.Row) error {
	l, ok := t.Target.(connectors.Lagging)
	if !ok {
		return nil
	}
	now, lag := t.theirNow(), l.Lag()
	if row.Since.After(now) {
		row.Since = now
		if err := t.setRight(ctx, now); err != nil {
			return err
		}
	}
	if _, theirs := t.Target.(connectors.Clocked); theirs && lag > 0 {
		lag += time.Second
	}
	wait := row.Since.Add(lag).Sub(now)
	if wait <= 0 {
		return nil
	}
	t.ripens(wait)
	return fmt.Errorf("%s %s: cannot tell yet whether an earlier write arrived: what the system tells may be up to %s behind: %w",
		t.rec.Kind(), t.rec.About().ID, max(wait.Round(time.Second), time.Second), connectors.ErrBusy)
}

// theirNow is the time at the target, if it knows, else ours.
func (r *run) theirNow() time.Time {
	if c, ok := r.Target.(connectors.Clocked); ok {
		return c.Clock()
	}
	return r.Now()
}
