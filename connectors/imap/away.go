package imap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// awayFor is how long a server that cannot be reached is tried, with all attempts and
// the rests between them: about as long as one takes to start again.
const awayFor = time.Minute

// tellEvery is how often it is told at most that the server is away.
const tellEvery = time.Minute

// outage is what a pool knows of a server that is away. Where one has waited for it to
// the end in vain, the others try once each until somebody is let in: else a run waits a
// minute for each record that it has.
type outage struct {
	err   error     // how the last attempt ended; nil: nobody has waited in vain
	until time.Time // nobody tries before: at most half of the time goes into attempts
	told  time.Time // when a person was told
}

// quietFor is how long nothing has come when it is told that something is waited for.
const quietFor = 30 * time.Second

// inVain is the error of who has waited in vain, for whoever need not even try.
func (p *pool) inVain() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away.err != nil && time.Now().Before(p.away.until) {
		return p.away.err
	}
	return nil
}

// waiting is how far somebody has come who waits for a session.
type waiting struct {
	n     int           // attempts
	spent time.Duration // in them and between them
	took  time.Duration // the last of them
	pause time.Duration // before the next
}

// failed notes an attempt that took a while, and tells whether it was the last.
func (w *waiting) failed(p *pool, err error, took time.Duration) (last bool) {
	w.n++
	w.took = took
	w.spent += took
	w.pause = firstRest << (w.n - 1)
	most := p.tries()
	if errors.Is(err, errCrowded) {
		return w.n >= most
	}
	w.pause = min(w.pause, awayFor-w.spent)
	return w.n >= most || w.pause <= 0
}

// rest says what is waited for, and waits.
func (w *waiting) rest(ctx context.Context, p *pool, err error) error {
	switch {
	case !errors.Is(err, errCrowded):
		p.tellAway(err, awayFor-w.spent)
	default:
		level := slog.LevelInfo
		if w.n == 1 {
			level = slog.LevelWarn // it tells what a person can do
		}
		p.log.Log(ctx, level, "imap: the server takes no more connections; trying again", "in", w.pause.String(), "error", err.Error())
	}
	w.spent += w.pause
	return p.rest(ctx, w.pause)
}

// tellAway says that the server is away, and how long it is tried: a program that is
// silent for half a minute looks as if it hung.
func (p *pool) tellAway(err error, left time.Duration) {
	var k *knock
	if errors.As(err, &k) {
		left = k.left
	}
	p.tell(fmt.Sprintf("imap: %s: trying again until about %s", briefly(err), time.Now().Add(left).Format(time.TimeOnly)))
}

// tellQuiet says that a server that was reached has fallen silent.
func (p *pool) tellQuiet(s *session) {
	p.tell(fmt.Sprintf("imap: the mail server has said nothing for %s: waiting for it until about %s",
		quietFor, time.Now().Add(s.line.patience-quietFor).Format(time.TimeOnly)))
}

// tell tells a person, unless that was done just now.
func (p *pool) tell(text string) {
	p.mu.Lock()
	due := p.away.told.IsZero() || time.Since(p.away.told) >= tellEvery
	if due {
		p.away.told = time.Now()
	}
	p.mu.Unlock()
	if due {
		p.log.Warn(text)
	}
}

// stale takes the idle sessions when another has fallen silent: where the way to the
// server is gone each of them would have to be waited for as long. The caller holds the
// lock.
func (p *pool) stale(s *session) (idle []*session) {
	if !s.dead || !s.line.silent.Load() {
		return nil
	}
	idle, p.idle = p.idle, nil
	p.live -= len(idle)
	for _, other := range idle {
		other.dead = true // it is not said goodbye to
	}
	return idle
}

// unreachable is a server that no connection can be had with.
type unreachable struct {
	address string
	err     error
}

func (u *unreachable) Error() string {
	return fmt.Sprintf("the mail server %s cannot be reached: %v", u.address, u.why())
}

func (u *unreachable) Unwrap() error { return u.err }

// why leaves out what the library says around the reason, and the address once more.
func (u *unreachable) why() error {
	var op *net.OpError
	switch {
	case errors.Is(u.err, errSilent):
		return errSilent
	case errors.As(u.err, &op):
		return op.Err
	}
	return u.err
}

// briefly is an error with its reason in brackets, as people are told it at once.
func briefly(err error) string {
	var u *unreachable
	if errors.As(err, &u) {
		return fmt.Sprintf("%s cannot be reached (%v)", u.address, u.why())
	}
	return err.Error()
}

// gone ends the wait for a server that is away.
func (p *pool) gone(err error, w *waiting) error {
	times := fmt.Sprintf("tried %d times", w.n)
	if w.n == 1 {
		times = "tried once more"
	}
	stop := &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: "see whether the server runs and the network is well",
		Err: fmt.Errorf("%v (%s): %w", err, times, connectors.ErrBusy), //nolint:errorlint // it is no longer what may be tried again
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away.err, p.away.until = stop, time.Now().Add(w.took)
	return stop
}
