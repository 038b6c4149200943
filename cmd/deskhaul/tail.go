package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/report"
)

// longTail is a sync that is repeated until the cutover's tail is over.
type longTail struct {
	*app
	move   move
	hops   func(*session) []*hop
	once   func(ctx context.Context, then func(context.Context, *session) error) error
	clocks *clocks
	every  time.Duration // the least of them
	until  time.Time     // zero: until it is stopped
	began  time.Time
	sum    report.Tail
	looked time.Time       // when the last run began, if it came to its end
	told   map[string]bool // problems that were said already
	code   int             // of the last run
	// mailed tells that a target has sent somebody an e-mail: the next run would have it
	// send another.
	mailed bool
}

// mostTold bounds what is remembered of what was said: a tail may run for months.
const mostTold = 1000

// run runs until the time is over or it is stopped. A mistake in what was asked ends it
// at the first run; later it may be a file that is just being changed. A target that sends
// somebody an e-mail ends it at once.
func (t *longTail) run(ctx context.Context) error {
	for {
		at := time.Now()
		r, err := t.one(ctx)
		if err != nil && t.sum.Runs == 0 && codeOf(err) == exitUsage {
			return err
		}
		t.count(r, err, at)
		if t.mailed {
			t.say("It ends here: no run goes on before what mails is put right and a canary was silent.\n")
		}
		if t.mailed || ctx.Err() != nil || !t.wait(ctx, at) {
			break
		}
	}
	return t.end(ctx)
}

// one is one run, in a session of its own: between two, the project is free.
func (t *longTail) one(ctx context.Context) (r *report.Run, err error) {
	t.code = exitDone
	err = t.once(ctx, func(ctx context.Context, s *session) error {
		hops := t.hops(s)
		if err := errors.Join(repeatable(hops), t.clocks.known(s)); err != nil {
			return err
		}
		now := time.Now()
		hops = t.clocks.due(hops, now, !t.until.IsZero() && !now.Before(t.until))
		r, t.code, err = s.carry(ctx, t.move, hops)
		t.mailed = s.mailed.Load()
		if r != nil && err != nil { // its page could not be written
			t.code = codeOf(err)
			t.say("! " + said(err) + "\n")
			return nil
		}
		return err
	})
	return r, err
}

// repeatable refuses what can be read or written once only.
func repeatable(hops []*hop) error {
	for _, h := range hops {
		reads, _ := h.from.Spec.CapsOf(h.from.Config)
		_, writes := h.to.Spec.CapsOf(h.to.Config)
		for name, once := range map[string]bool{h.from.Name: reads.OnePass, h.to.Name: writes.OnePass} {
			if once {
				return usage(fmt.Errorf("%s goes through standard input or output, once: --every needs a place that can be looked at again", name))
			}
		}
	}
	return nil
}

// count notes how a run went, and says so.
func (t *longTail) count(r *report.Run, err error, at time.Time) {
	interval := t.whole(at)
	t.sum.Runs++
	if r == nil {
		t.sum.Failed, t.sum.State, t.sum.Error, t.code = t.sum.Failed+1, checkpoints.RunFailed, said(err), codeOf(err)
		t.say(fmt.Sprintf("%s  no run: %s\n", at.Local().Format(time.DateTime), t.sum.Error))
		return
	}
	t.sum.State, t.sum.Error, t.sum.Last = r.State, r.Error, r
	if t.looked = at; r.State == checkpoints.RunFailed || r.State == checkpoints.RunInterrupted {
		t.looked = time.Time{} // what it had brought by then came in since
	}
	switch {
	case r.State == checkpoints.RunFailed:
		t.sum.Failed++
	case r.Brought():
		t.sum.Quiet, t.sum.LastNews = 0, &at
	case r.State == checkpoints.RunInterrupted:
	case interval:
		t.sum.Quiet++
	}
	t.say(r.Line(at, interval))
	for _, p := range r.Problems {
		if !t.told[p] {
			t.say("! " + p + "\n")
		}
	}
	if t.told == nil || len(t.told) > mostTold {
		t.told = map[string]bool{}
	}
	for _, p := range r.Problems {
		t.told[p] = true
	}
}

// whole tells whether a whole interval has passed since the run before, and that one saw
// all there was then: that of the last run, when the time is over, may be a short one.
func (t *longTail) whole(at time.Time) bool {
	passed := max(at.Sub(t.looked), at.Round(0).Sub(t.looked.Round(0)))
	return !t.looked.IsZero() && passed >= t.every
}

// say writes a line for a person, who watches while it goes on.
func (t *longTail) say(line string) {
	if !t.json {
		fmt.Fprint(forPeople{t.stdout}, line) //nolint:errcheck // the sum at the end is what counts
	}
}

// wait waits for the next run; false if there is none. The last one is at the end of the
// time. It goes by the time that passes, and by the clock where that is ahead: a machine
// that slept has missed a run, one whose clock was set back waits no longer for it.
func (t *longTail) wait(ctx context.Context, began time.Time) bool {
	if !t.until.IsZero() && !time.Now().Before(t.until) {
		return false
	}
	next := began.Add(t.every)
	if !t.until.IsZero() && next.After(t.until) {
		next = t.until
	}
	const look = 10 * time.Second
	for {
		now := time.Now()
		left := min(next.Round(0).Sub(now.Round(0)), began.Add(t.every).Sub(now))
		if left <= 0 {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(min(left, look)):
		}
	}
}

// end says how it ended. The exit code is that of the last run.
func (t *longTail) end(ctx context.Context) error {
	code := t.code
	if ctx.Err() != nil {
		t.sum.State, code = checkpoints.RunInterrupted, exitInterrupted
	} else if t.sum.State == checkpoints.RunPartial {
		code = exitQuarantine
	}
	var err error
	if t.json {
		err = report.JSON(t.stdout, t.sum)
	} else {
		t.say(t.sum.Text(t.began))
	}
	if code == exitDone {
		return err
	}
	return errors.Join(err, &exit{code: code})
}
