package pipeline

import (
	"context"
	"time"
)

// ripens notes that it can be told only after some time whether a write arrived.
func (r *run) ripens(after time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ripe = max(r.ripe, after)
}

// ripening is the longest of these times since it was asked for last; 0 nothing is in doubt.
func (r *run) ripening() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.ripe
	r.ripe = 0
	return was
}

// lingerMore is waited beyond the time that a system's answers may be behind: a run that
// lingers looks again at the first moment at which it would believe them.
const lingerMore = time.Second

// linger waits, if it is not long, until all that is in doubt can be told of, and comes
// back to it: else the run would end with records that the next one, a moment later, has
// no trouble with.
func (r *run) linger(ctx context.Context) error {
	long := r.ripening()
	if long <= 0 || long > r.Linger || r.DryRun {
		return nil
	}
	long += lingerMore
	r.tell(Event{Linger: long})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(long):
	}
	r.ripens(long) // so that it is looked at whoever counts as waiting
	return r.heldAgain(ctx)
}
