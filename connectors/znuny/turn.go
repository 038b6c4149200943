package znuny

import "context"

// turn lets one at a time do what waits for a server. Whoever waits for it can be stopped.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn; the caller gives it back.
func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) give() { <-t }
