package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// What a failed sync lost is not written down as done by any later save.
func TestFailedSyncIsNotBelieved(t *testing.T) {
	dst := &syncFails{Desk: new(mem.Desk)}
	dst.Fail = func(verb string, _ any) (error, error) {
		if verb == "create" {
			dst.fail.Store(true)
		}
		return nil, nil
	}
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}
	writes := mem.Spec().Writes
	writes.Idempotent = true
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.Run = 1
	n, err := h.Go(t.Context())
	if !errors.As(err, new(*pipeline.UnsavedError)) || n[desk.KindTicket].Created != 0 {
		t.Fatalf("counted %+v, %v", n[desk.KindTicket], err)
	}
	if err := h.Store.Flush(t.Context()); err != nil { // as the command line does at the end
		t.Fatal(err)
	}
	h.open(t)                                // a new process
	fresh := &syncFails{Desk: new(mem.Desk)} // the target without what was not synced
	h.Target = fresh
	h.run(t)
	if n := fresh.CountOf(desk.KindTicket); n != 1 {
		t.Fatalf("%d tickets: the ledger says done of what the target lost", n)
	}
}

// A stop while the mapping is at work puts nothing aside.
func TestInterruptedMapping(t *testing.T) {
	dst, src := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	ctx, stop := context.WithCancel(t.Context())
	h.Map = func(ctx context.Context, r desk.Record) (pipeline.Verdict, error) {
		if _, ok := r.(*desk.Ticket); !ok {
			return pipeline.Verdict{Keep: true}, nil
		}
		stop() // Ctrl-C now
		<-ctx.Done()
		return pipeline.Verdict{}, ctx.Err() // as mapping.Apply does
	}
	h.Run = 1
	_, err := h.Go(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	h.Map = nil
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 {
		for row, err := range h.Ledger.Rows(background(t), checkpoints.Query{States: []checkpoints.State{checkpoints.Held, checkpoints.Failed}}) {
			if err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s %s %s %s %s", row.Kind, row.ID, row.State, row.Reason, row.Detail)
		}
		t.Fatalf("%d tickets after the next run; fails %+v", n, h.fails)
	}
}

// A stop does not turn what was done into held.
func TestInterruptHoldsNothing(t *testing.T) {
	src, dst := seed(t, 30), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.MapHash = "2"
	ctx, stop := context.WithCancel(t.Context())
	var once sync.Once
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		if _, ok := r.(*desk.Ticket); ok {
			once.Do(stop)
		}
		return pipeline.Verdict{Keep: true}, nil
	}
	h.Run++
	_, err := h.Go(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for row, err := range h.Ledger.Rows(background(t), checkpoints.Query{States: []checkpoints.State{checkpoints.Held, checkpoints.Failed}}) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s %s %s %s", row.Kind, row.ID, row.State, row.Detail)
	}
}

// A denial names the record, and each open line says why it is open.
func TestDeniedNamesTheRecord(t *testing.T) {
	src, dst := seed(t, 3), new(mem.Desk)
	dst.Fail = func(verb string, r any) (error, error) {
		if _, ok := r.(*desk.Ticket); ok && verb == "create" {
			return fmt.Errorf("POST /tickets: 403 Forbidden: %w", connectors.ErrDenied), nil
		}
		return nil, nil
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Run = 1
	_, err := h.Go(t.Context())
	if !errors.Is(err, connectors.ErrDenied) {
		t.Fatal(err)
	}
	rows := 0
	for row, err := range h.Ledger.Rows(background(t), checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}}) {
		if err != nil {
			t.Fatal(err)
		}
		if row.State == checkpoints.Held && row.Detail == "" {
			rows++
		}
	}
	if rows > 0 || !strings.Contains(err.Error(), "t1") && !strings.Contains(err.Error(), "ticket t") {
		t.Errorf("%d open lines without a word why; the error names no record", rows)
	}
}

// No detail is a bare "EOF".
func TestErrorsNameTheCall(t *testing.T) {
	src, dst := seed(t, 1), new(mem.Desk)
	dst.Fail = func(verb string, r any) (error, error) {
		if _, ok := r.(*desk.Ticket); ok && verb == "create" {
			return errors.New("EOF"), nil
		}
		return nil, nil
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	for _, e := range h.fails {
		t.Logf("%s %s %q", e.Kind, e.ID, e.Detail)
		if e.Detail == "EOF" {
			t.Error("bare")
		}
	}
}

// syncFails fails one sync, and with it loses what was written before.
type syncFails struct {
	*mem.Desk
	fail atomic.Bool
}

func (s *syncFails) Sync(context.Context) error {
	if s.fail.Swap(false) { // somebody makes room meanwhile
		return errors.New("no space left on device")
	}
	return nil
}
