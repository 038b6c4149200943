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
// for too long, and then no other is waited for until somebody is; after many such in a
// row nothing more is tried. A target that has answered nothing at all is not waited for
// as long: its address may be wrong.
const (
	firstPause = 500 * time.Millisecond
	longPause  = time.Minute
	ownTries   = 3
	longOutage = 10 * time.Minute
	soonOutage = 5 // that part of it, where nothing was answered yet
	maxUnseen  = 20
)

// What is told of a wait: none that is over soon, and of the others once in so long.
const (
	tellAfter = 3 * time.Second
	tellEvery = time.Minute
)

// ErrAway is in the error of a verification that a target stopped which did not answer.
var ErrAway = errors.New("the target does not answer")

// answers remembers how the target answers.
type answers struct {
	mu   sync.Mutex
	last time.Time // the last answer, whatever it said; zero none yet
	lost int       // records left in a row
	vain bool      // somebody waited to the end since that answer
	told time.Time // when it was last told that somebody waits
}

func (a *answers) came(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last, a.lost, a.vain = now, 0, false
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

// gaveUp counts a record that was left, and tells whether it is worth going on. InVain
// says that it was waited for to the end.
func (a *answers) gaveUp(err error, inVain bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lost++
	a.vain = a.vain || inVain
	switch {
	case a.denied(err):
		return fmt.Errorf("%w: the target gives nothing to be read: %w", errStop, err)
	case a.last.IsZero() && unanswered(err):
		return fmt.Errorf("%w: the target answers nothing: %w", errStop, &awayError{err})
	case a.lost >= maxUnseen && errors.Is(err, connectors.ErrDenied):
		return fmt.Errorf("%w: %d records in a row could not be read back, the last with: %w", errStop, a.lost, err)
	case a.lost >= maxUnseen:
		return fmt.Errorf("%w: %d records in a row could not be read back, the last with: %w", errStop, a.lost, &awayError{err})
	}
	return nil
}

// awayError is an error that is ErrAway besides what it is, in its own words.
type awayError struct{ error }

func (e *awayError) Unwrap() error        { return e.error }
func (e *awayError) Is(target error) bool { return target == ErrAway }

// waits tells now and then that somebody waits, who began then, and at most how long.
func (v *Verification) waits(began, now time.Time, most time.Duration, err error) {
	a := &v.answers
	a.mu.Lock()
	tell := v.Waits != nil && now.Sub(began) >= tellAfter && now.Sub(a.told) >= tellEvery
	if tell {
		a.told = now
	}
	a.mu.Unlock()
	if tell {
		v.Waits(most-now.Sub(began), err)
	}
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
		now, most := t.Now(), t.check.patience()
		if own || a.hopeless(err) || now.Sub(began) >= most {
			if stop := a.gaveUp(err, !own); stop != nil {
				return stop
			}
			return err
		}
		t.check.waits(began, now, most, err)
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

// patience is how long is waited over one record: not at all where another was waited for
// in vain, and nobody was answered since.
func (v *Verification) patience() time.Duration {
	long := longOutage
	if v.Patience > 0 {
		long = v.Patience
	}
	a := &v.answers
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.vain:
		return 0
	case a.last.IsZero():
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
