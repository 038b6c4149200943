package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Tickets go in jobs, almost all of them; the copy is the same as one by one.
func TestTicketsGoInJobs(t *testing.T) {
	t.Parallel()
	src, dst := seed(t, 300), &bulky{Desk: new(mem.Desk), size: 100}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	if _, err := h.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameDesk(t, src, dst.Desk)
	if dst.alone > 30 || dst.begun > 30 {
		t.Errorf("%d tickets went alone, %d jobs were begun: they do not fill", dst.alone, dst.begun)
	}
	if dst.searches > 0 {
		t.Errorf("%d tickets were searched for", dst.searches)
	}
}

// One that comes alone goes alone: a job would cost two requests.
func TestFewTicketsGoAlone(t *testing.T) {
	src, dst := seed(t, 1), &bulky{Desk: new(mem.Desk), size: 100}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	if _, err := h.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameDesk(t, src, dst.Desk)
	if dst.begun != 0 || dst.alone != 1 {
		t.Errorf("%d jobs, %d alone; want one alone", dst.begun, dst.alone)
	}
}

// One ticket that is refused is put aside; those that went with it arrive. A job that
// is refused as a whole is made one by one.
func TestRefusedInJob(t *testing.T) {
	for name, whole := range map[string]bool{"one of them": false, "the whole job": true} {
		t.Run(name, func(t *testing.T) {
			src, dst := seed(t, 40), &bulky{Desk: new(mem.Desk), size: 10}
			dst.Fail = func(verb string, r any) (before, after error) {
				if tk, ok := r.(*desk.Ticket); ok && verb == "create" && tk.Subject == "No. 8" {
					return connectors.ErrRefused, nil
				}
				return nil, nil
			}
			if whole {
				dst.fail = func(verb string, _ any) (before, after error) {
					if verb == "begin" {
						return connectors.ErrRefused, nil
					}
					return nil, nil
				}
			}
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			counts, err := h.Go(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if n := counts[desk.KindTicket]; n.Failed != 1 || n.Created != 39 {
				t.Errorf("%+v: want 39 created, 1 refused", n)
			}
		})
	}
}

// A run that was killed while a job was under way: the next one asks the job, looks
// for nothing, and makes nothing twice.
func TestKilledDuringJob(t *testing.T) {
	src, dst := seed(t, 40), &bulky{Desk: new(mem.Desk), size: 10}
	writes := mem.Spec().Writes
	writes.Parallel = 1 // else another job may be under way, and its name not yet written down
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	ctx, stop := context.WithCancel(t.Context())
	var once sync.Once
	dst.fail = func(verb string, _ any) (before, after error) {
		if verb == "await" {
			once.Do(func() { h.life.dead.Store(true); stop() })
		}
		return nil, nil
	}
	if _, err := h.Go(ctx); err == nil {
		t.Fatal("it was not stopped")
	}
	h.open(t)
	jobs, alone := 0, 0
	for row, err := range h.Ledger.Rows(t.Context(), checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}}) {
		if err != nil {
			t.Fatal(err)
		}
		if row.State == checkpoints.Intended && row.Job != "" {
			jobs++
		} else if row.State == checkpoints.Intended {
			alone++ // a call of its own was under way
		}
	}
	if jobs == 0 {
		t.Fatal("no job is written down: this says nothing")
	}
	dst.fail = nil
	if _, err := h.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameDesk(t, src, dst.Desk)
	if dst.searches > alone || dst.updates > alone {
		t.Errorf("%d tickets were searched for, %d were written again, %d had gone alone", dst.searches, dst.updates, alone)
	}
}

// A run that is stopped does not wait for a job for ever: the next run asks after it.
func TestStoppedDuringJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src, dst := seed(t, 10), &endless{bulky: &bulky{Desk: new(mem.Desk), size: 10}}
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		ctx, stop := context.WithCancel(t.Context())
		dst.asked = stop
		began := time.Now()
		if _, err := h.Go(ctx); !errors.Is(err, context.Canceled) || time.Since(began) > time.Minute {
			t.Errorf("it ended after %s: %v", time.Since(began), err)
		}
		dst.asked = nil
		if _, err := h.Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		sameDesk(t, src, dst.Desk)
		if dst.searches > 0 {
			t.Errorf("%d tickets were searched for", dst.searches)
		}
	})
}

// A fault of a connector's, in a job, does not end the run, let alone the program.
func TestFaultInJob(t *testing.T) {
	src, dst := seed(t, 10), &bulky{Desk: new(mem.Desk), size: 10}
	var once sync.Once
	dst.fail = func(verb string, _ any) (before, after error) {
		if verb == "begin" {
			once.Do(func() { panic("of a connector's") })
		}
		return nil, nil
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	if _, err := h.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(h.fails) == 0 || !strings.Contains(h.fails[0].Detail, "of a connector's") {
		t.Errorf("nothing is told of it: %v", h.fails)
	}
	if _, err := h.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameDesk(t, src, dst.Desk)
}

// Nobody waits for ever: one ticket whose source is slow holds up the others' job for
// a moment only.
func TestSlowTicketHoldsNoJob(t *testing.T) {
	src, dst := seed(t, 8), &bulky{Desk: new(mem.Desk), size: 100}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	free := make(chan struct{})
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		if r.Kind() == desk.KindTicket && r.About().ID == "1" {
			<-free
		}
		return pipeline.Verdict{Keep: true}, nil
	}
	watch := h.Watch
	var n atomic.Int32
	h.Watch = func(e pipeline.Event) {
		watch(e)
		if e.Step != nil && e.Step.Verb == pipeline.Create && e.Kind == desk.KindTicket && n.Add(1) == 7 {
			close(free)
		}
	}
	if _, err := h.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameDesk(t, src, dst.Desk)
}
