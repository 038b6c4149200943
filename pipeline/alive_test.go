package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// timed is a hop of tickets into a target that finds what was made only some time
// after, by a clock that the test sets.
func timed(t *testing.T, lag time.Duration, workers int, subjects ...string) (h *hop, dst *mem.Desk, now *atomic.Int64) {
	t.Helper()
	src, dst, now := new(mem.Desk), new(mem.Desk), new(atomic.Int64)
	now.Store(2e9)
	dst.Clock = func() time.Time { return time.Unix(now.Load(), 0) }
	dst.SearchLag = lag
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	for _, s := range subjects {
		fill(t, src, simpleTicket(s, who))
	}
	writes := mem.Spec().Writes
	writes.Parallel = 1
	h = newHop(t, src, mem.Spec().Reads, dst, writes)
	h.Now, h.Workers = dst.Clock, workers
	return h, dst, now
}

// creates calls do for each ticket that is made, with its number.
func creates(dst *mem.Desk, do func(n int) (before, after error)) {
	n := 0
	dst.Fail = func(verb string, r any) (before, after error) {
		if _, ok := r.(*desk.Ticket); !ok || verb != "create" {
			return nil, nil
		}
		n++
		return do(n)
	}
}

// A call may be sent long after it was begun: it waits for its turn, and for what the
// system allows in a time. Whether it arrived is known only some time after that.
func TestWhenACallWasSent(t *testing.T) {
	t.Run("it waited inside the connector", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h, dst, now := timed(t, 2*time.Minute, 2, "one")
			creates(dst, func(n int) (before, after error) {
				if n == 1 {
					now.Add(300) // 429, Retry-After: 300
					return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
				}
				return nil, nil
			})
			h.run(t)
			if n := dst.CountOf(desk.KindTicket); n != 1 {
				t.Errorf("%d tickets after one run", n)
			}
		})
	})
	t.Run("it waited for its turn, and the run was killed", func(t *testing.T) {
		h, dst, now := timed(t, time.Minute, 2, "one", "two")
		creates(dst, func(n int) (before, after error) {
			if n == 1 {
				time.Sleep(300 * time.Millisecond) // the other one comes meanwhile
				now.Add(120)
				return nil, nil
			}
			h.life.dead.Store(true)
			return nil, nil
		})
		h.Run++
		if _, err := h.Go(t.Context()); err == nil {
			t.Fatal("it was not killed")
		}
		dst.Fail = nil
		h.open(t)
		for _, later := range []int64{5, 600} {
			now.Add(later)
			h.run(t)
		}
		if n := dst.CountOf(desk.KindTicket); n != 2 {
			t.Errorf("%d tickets", n)
		}
	})
}

// A run that is being stopped begins no further call, however many records wait for
// their turn.
func TestStoppedRunBeginsNoCall(t *testing.T) {
	src, dst := seed(t, 30), new(mem.Desk)
	writes := mem.Spec().Writes
	writes.Parallel = 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.Workers = 16
	ctx, cancel := context.WithCancel(t.Context())
	var after atomic.Int64
	creates(dst, func(int) (before, err error) {
		if ctx.Err() != nil {
			after.Add(1)
			return nil, nil
		}
		time.Sleep(300 * time.Millisecond)
		cancel()
		return nil, nil
	})
	h.Run++
	if _, err := h.Go(ctx); err == nil || after.Load() > 0 {
		t.Errorf("%d calls were begun after that: %v", after.Load(), err)
	}
}

// The target is asked for no more at once than it promises, whatever is asked.
func TestNoMoreCallsThanPromised(t *testing.T) {
	src, dst := seed(t, 20), new(mem.Desk)
	writes := mem.Spec().Writes
	writes.Parallel = 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.Join, h.Workers = true, 8
	var at, most atomic.Int64
	dst.Fail = func(string, any) (before, after error) {
		if n := at.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(2 * time.Millisecond)
		at.Add(-1)
		return nil, nil
	}
	h.run(t)
	if most.Load() > 1 {
		t.Errorf("%d calls at once", most.Load())
	}
}

// A run that only puts aside what an earlier one was killed over does not forget when that
// was: what it sent last may arrive after it.
func TestWhenACallWasSentOutlivesARun(t *testing.T) {
	for _, fetched := range []bool{true, false} {
		t.Run(fmt.Sprint("the source gives it: ", fetched), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, dst, now := timed(t, time.Minute, 1, "one")
				creates(dst, func(int) (before, after error) {
					now.Add(120)
					time.Sleep(1200 * time.Millisecond) // it is noted
					h.life.dead.Store(true)
					return nil, nil
				})
				h.Run++
				if _, err := h.Go(t.Context()); err == nil {
					t.Fatal("it was not killed")
				}
				dst.Fail = nil
				h.open(t)
				src := h.Source.(*mem.Desk)
				if fetched {
					h.Map = func(context.Context, desk.Record) (pipeline.Verdict, error) {
						return pipeline.Verdict{}, errors.New("no such table")
					}
				} else {
					src.Fail = func(verb string, _ any) (before, after error) {
						if verb == "fetch" {
							return connectors.ErrBusy, nil
						}
						return nil, nil
					}
				}
				h.run(t)
				h.Map, src.Fail = nil, nil
				for _, later := range []int64{5, 600} {
					now.Add(later)
					h.run(t)
				}
				if n := dst.CountOf(desk.KindTicket); n != 1 {
					t.Errorf("%d tickets", n)
				}
			})
		})
	}
}

// The clock was a year ahead while a run was killed, and was set right since: what it was
// about to send is believed not to have arrived once the lag has passed by the right one.
func TestDeadRunWhoseClockWasAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, dst, now := timed(t, time.Minute, 1, "one")
		creates(dst, func(int) (before, after error) {
			now.Add(365 * 86400)
			time.Sleep(1200 * time.Millisecond) // it is noted
			h.life.dead.Store(true)
			return connectors.ErrUnsure, nil
		})
		h.Run++
		if _, err := h.Go(t.Context()); err == nil {
			t.Fatal("it was not killed")
		}
		dst.Fail = nil
		h.open(t)
		now.Add(-365 * 86400)
		h.run(t)
		if e := last(h.fails); e.Outcome != pipeline.Held {
			t.Fatalf("told %+v, want held until the lag has passed", h.fails)
		}
		now.Add(61)
		h.run(t)
		if n := dst.CountOf(desk.KindTicket); n != 1 || len(h.fails) > 0 {
			t.Errorf("%d tickets, told %+v", n, h.fails)
		}
	})
}
