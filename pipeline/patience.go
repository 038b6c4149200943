package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// How a verification waits for a side that does not answer. The connector has repeated
// the call by then, and kept to what the system asked for; this is for what lasts
// longer. A record over which it fails again and again while others are answered is
// left: that it could not be looked at is its finding. So it is when nobody was answered
// for too long; and after many such in a row nothing more is tried. A target that has
// answered nothing at all is not waited for as long: its address may be wrong.
const (
	firstPause   = 500 * time.Millisecond
	longPause    = time.Minute
	ownTries     = 3
	longOutage   = 10 * time.Minute
	soonOutage   = 5 // that part of it, where nothing was answered yet
	maxUnseen    = 20
	unseenAdvice = "run the same command again when the target answers: it goes on from here"
)

// answers remembers how the target answers.
type answers struct {
	mu   sync.Mutex
	last time.Time // the last answer, whatever it said; zero none yet
	lost int       // records left in a row
}

func (a *answers) came(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last, a.lost = now, 0
}

func (a *answers) since(began time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last.After(began)
}

// hopeless tells of a target that answered nothing yet and will have none of it.
func (a *answers) hopeless(err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.denied(err)
}

func (a *answers) denied(err error) bool {
	return a.last.IsZero() && errors.Is(err, connectors.ErrDenied)
}

// never tells whether nothing was answered yet.
func (a *answers) never() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last.IsZero()
}

// gaveUp counts a record that was left, and tells whether it is worth going on.
func (a *answers) gaveUp(err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lost++; a.lost >= maxUnseen || a.last.IsZero() && (unanswered(err) || errors.Is(err, connectors.ErrDenied)) {
		if a.last.IsZero() {
			return fmt.Errorf("%w: the target answers nothing: %w – %s", errStop, err, unseenAdvice)
		}
		return fmt.Errorf("%w: %d records in a row could not be read back, the last with: %w – %s", errStop, a.lost, err, unseenAdvice)
	}
	return nil
}

// unanswered tells an error that says nothing of the record. What is not on our disk has
// answered: no wait brings it.
func unanswered(err error) bool {
	return err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, connectors.ErrDenied) && connectors.ReasonOf(err) == connectors.ReasonTransient
}

// patiently asks the target for something of the record. An error that is no errStop is
// of this record alone.
func (t *task) patiently(ctx context.Context, ask func() error) error {
	began, a := t.Now(), &t.check.answers
	for try := 0; ; try++ {
		err := t.turned(ask)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("%w: %w", errStop, ctx.Err())
		case !unanswered(err) && !errors.Is(err, connectors.ErrDenied):
			a.came(t.Now())
			return err
		}
		own := try+1 >= ownTries && (a.since(began) || errors.Is(err, connectors.ErrDenied))
		if own || a.hopeless(err) || t.Now().Sub(began) >= t.check.patience() {
			if stop := a.gaveUp(err); stop != nil {
				return stop
			}
			return err
		}
		if !wait(ctx, try) {
			return fmt.Errorf("%w: %w", errStop, ctx.Err())
		}
	}
}

// turned makes a call when there is room for one.
func (t *task) turned(call func() error) error {
	t.calls <- struct{}{}
	defer func() { <-t.calls }()
	return call()
}

// patience is how long is waited over one record.
func (v *Verification) patience() time.Duration {
	long := longOutage
	if v.Patience > 0 {
		long = v.Patience
	}
	if v.answers.never() {
		return long / soonOutage
	}
	return long
}

// wait waits twice as long each time; false if all of it is being stopped.
func wait(ctx context.Context, try int) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(min(firstPause<<min(try, 16), longPause)):
		return true
	}
}

// readPatiently verifies one kind. A source that does not answer is read on from where
// it was.
func (r *run) readPatiently(ctx context.Context, kind desk.Kind) error {
	quiet := r.Now()
	for try := 0; ; try++ {
		before := r.check.Journal.count()
		err := r.pass(ctx, kind)
		if err == nil || !unanswered(err) || errors.Is(err, errStop) || ctx.Err() != nil {
			return err
		}
		if r.check.Journal.count() > before {
			quiet, try = r.Now(), 0
		}
		if r.Now().Sub(quiet) >= r.check.patience() || !wait(ctx, try) {
			return err
		}
		if err := r.keep(ctx); err != nil {
			return err
		}
	}
}
