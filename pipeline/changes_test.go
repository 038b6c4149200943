package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A deletion in the source deletes nothing: a tombstone where the target has one,
// else a tag beside those that are there.
func TestDeletion(t *testing.T) {
	for _, tombstones := range []bool{true, false} {
		t.Run(fmt.Sprint("tombstones=", tombstones), func(t *testing.T) {
			src, dst := seed(t, 3), new(mem.Desk)
			writes := mem.Spec().Writes
			writes.Tombstones = tombstones
			h := newHop(t, src, mem.Spec().Reads, dst, writes)
			h.run(t)
			var gone desk.ID
			for it, err := range src.Read(t.Context(), desk.KindTicket, "") {
				if err != nil {
					t.Fatal(err)
				}
				if it.Record.(*desk.Ticket).Subject == "No. 1" {
					gone = it.Record.About().ID
				}
			}
			if err := src.Delete(t.Context(), desk.KindTicket, gone); err != nil {
				t.Fatal(err)
			}
			h.run(t)
			if len(h.steps) != 1 || h.steps[0].Verb != pipeline.Update || len(h.steps[0].Fields) != 1 {
				t.Fatalf("steps %+v", h.steps)
			}
			found := false
			for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
				if err != nil {
					t.Fatal(err)
				}
				tk := it.Record.(*desk.Ticket)
				if tk.Subject != "No. 1" {
					continue
				}
				found = true
				if tombstones && !tk.Deleted {
					t.Error("no tombstone")
				}
				if tags := strings.Join(tk.Tags, " "); !tombstones && tags != "a b "+pipeline.DeletedTag {
					t.Errorf("tags %q", tags)
				}
				if len(tk.Messages) != 2 {
					t.Errorf("%d messages are left", len(tk.Messages))
				}
			}
			if !found {
				t.Error("the copy is gone")
			}
			if h.run(t); len(h.steps) != 0 {
				t.Errorf("a second run made %d steps", len(h.steps))
			}
		})
	}
}

// edited is a source whose messages change.
type edited struct {
	*mem.Desk
	text string
}

func (e edited) change(r desk.Record) desk.Record {
	if tk, ok := r.(*desk.Ticket); ok && e.text != "" {
		tk.Messages[0].Text = e.text
	}
	return r
}

func (e edited) Read(ctx context.Context, kind desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for it, err := range e.Desk.Read(ctx, kind, "") {
			if it.Record != nil {
				it.Record = e.change(it.Record)
			}
			if !yield(it, err) {
				return
			}
		}
	}
}

// An edited message becomes a note with the new text, once for each edit.
func TestEdit(t *testing.T) {
	src := &edited{Desk: seed(t, 1)}
	dst := new(mem.Desk)
	reads := mem.Spec().Reads
	reads.Edits = true
	h := newHop(t, nil, reads, dst, mem.Spec().Writes)
	for i, text := range []string{"", "second thoughts", "second thoughts", "third thoughts", "third thoughts"} {
		src.text = text
		h.Source = connectors.Source(sourceFunc(src.Read))
		h.run(t)
		if want := map[int]int{0: 0, 1: 1, 2: 0, 3: 1, 4: 0}[i]; i > 0 && len(h.steps) != want {
			t.Fatalf("after %q: %d steps, want %d", text, len(h.steps), want)
		}
	}
	for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		ms := it.Record.(*desk.Ticket).Messages
		if len(ms) != 3 || !ms[1].Note || !strings.Contains(ms[1].Text, "second") || !strings.Contains(ms[2].Text, "third") || ms[0].Text != "turn 0 of 0" {
			t.Fatalf("%+v", ms)
		}
	}
}

type sourceFunc func(context.Context, desk.Kind, connectors.Cursor) iter.Seq2[connectors.Item, error]

func (f sourceFunc) Read(ctx context.Context, k desk.Kind, c connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return f(ctx, k, c)
}

// One slow attachment must not stall the rest: every other ticket arrives, and is
// saved, while it is still being read; the cursor waits for it.
func TestSlowFile(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	for i := range 200 {
		fill(t, src, simpleTicket(fmt.Sprint("t", i), who))
	}
	release := make(chan struct{})
	var arrived atomic.Int64
	slow := sourceFunc(func(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
		return func(yield func(connectors.Item, error) bool) {
			for it, err := range src.Read(ctx, kind, after) {
				if tk, ok := it.Record.(*desk.Ticket); ok && tk.Subject == "t3" {
					tk.Messages[0].Files = []desk.File{{Name: "slow.bin", Size: -1, Open: func(context.Context) (io.ReadCloser, error) {
						<-release
						return io.NopCloser(strings.NewReader("at last")), nil
					}}}
				}
				if !yield(it, err) {
					return
				}
			}
		}
	})
	h := newHop(t, slow, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Workers = 4
	watch := h.Watch
	h.Watch = func(e pipeline.Event) {
		watch(e)
		if e.Kind == desk.KindTicket && e.Outcome == pipeline.Created && arrived.Add(1) == 199 {
			close(release)
		}
	}
	h.run(t) // hangs if anything waits behind the slow one
	if n := dst.CountOf(desk.KindTicket); n != 200 {
		t.Fatalf("%d tickets", n)
	}
}

// A file that cannot be read holds its ticket, not the run.
func TestTornFile(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("t0", who), simpleTicket("t1", who), simpleTicket("t2", who))
	broken := true
	torn := sourceFunc(func(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
		return func(yield func(connectors.Item, error) bool) {
			for it, err := range src.Read(ctx, kind, "") {
				if tk, ok := it.Record.(*desk.Ticket); ok && tk.Subject == "t1" {
					tk.Messages[0].Files = []desk.File{{Name: "x", Size: -1, Open: func(context.Context) (io.ReadCloser, error) {
						if broken {
							return nil, errors.New("the line dropped")
						}
						return io.NopCloser(strings.NewReader("whole")), nil
					}}}
				}
				if !yield(it, err) {
					return
				}
			}
		}
	})
	h := newHop(t, torn, mem.Spec().Reads, dst, mem.Spec().Writes)
	got := h.run(t)
	if c := got[desk.KindTicket]; c.Created != 2 || c.Held+c.Failed != 1 {
		t.Fatalf("%+v", c)
	}
	broken = false
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 3 {
		t.Fatalf("%d tickets after the file could be read", n)
	}
}

// A run that is narrowed never moves the ordinary cursor.
func TestNarrowRun(t *testing.T) {
	for name, pick := range map[string]pipeline.Selection{
		"kinds": {Kinds: []desk.Kind{desk.KindContact}},
		"since": {Since: time.Now().Add(time.Hour)},
		"ids":   {Tickets: map[desk.ID]bool{"none": true}},
	} {
		t.Run(name, func(t *testing.T) {
			src, dst := seed(t, 6), new(mem.Desk)
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.Select = pick
			h.run(t)
			if n := dst.CountOf(desk.KindTicket); n != 0 {
				t.Fatalf("%d tickets came", n)
			}
			h.Select = pipeline.Selection{}
			h.run(t)
			sameDesk(t, src, dst)
		})
	}
}

// A changed mapping is applied to what was moved before; an unchanged one reads
// nothing again.
func TestMappingChanges(t *testing.T) {
	src, dst := seed(t, 6), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.MapHash = "2"
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		if tk, ok := r.(*desk.Ticket); ok {
			tk.Status = desk.StatusClosed
		}
		return pipeline.Verdict{Keep: true}, nil
	}
	if got := h.run(t); got[desk.KindTicket].Updated != 6 || len(h.steps) != 6 {
		t.Fatalf("%+v, %d steps", got, len(h.steps))
	}
	if got := h.run(t); got[desk.KindTicket].Read != 0 {
		t.Fatalf("read again: %+v", got)
	}
}

// A dry run makes no call, and links to what it plans to make: nothing looks held
// that would not be.
func TestDryRun(t *testing.T) {
	src, dst := seed(t, 20), new(mem.Desk)
	dst.Fail = func(verb string, _ any) (error, error) {
		if verb == "create" || verb == "update" || verb == "append" {
			t.Errorf("%s was called", verb)
		}
		return nil, nil
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.DryRun = true
	got := h.run(t)
	for kind, c := range got {
		if c.Held+c.Failed != 0 || c.Created != c.Read {
			t.Errorf("%s: %+v", kind, c)
		}
	}
	if c := got[desk.KindTicket]; c.Read != 20 {
		t.Errorf("%+v", c)
	}
}

// What was left open and is gone from the source goes to quarantine, and the run
// goes on.
func TestVanished(t *testing.T) {
	src, dst := seed(t, 3), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Ledger.Put(checkpoints.Row{Kind: desk.KindTicket, ID: "never", State: checkpoints.Held})
	if err := h.Store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := h.run(t)
	if c := got[desk.KindTicket]; c.Failed != 1 || c.Created != 3 {
		t.Fatalf("%+v", c)
	}
	if len(h.fails) != 1 || h.fails[0].Reason != connectors.ReasonVanished {
		t.Fatalf("%+v", h.fails)
	}
}

// When the target is gone the run gives up soon, and goes on later where it was.
func TestTargetGone(t *testing.T) {
	src, dst := seed(t, 100), new(mem.Desk)
	gone := true
	var calls atomic.Int64
	dst.Fail = func(_ string, r any) (error, error) {
		if _, ok := r.(*desk.Ticket); ok && gone {
			calls.Add(1)
			return errors.New("connection refused"), nil
		}
		return nil, nil
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Run, h.Workers = 1, 4
	if _, err := h.Go(t.Context()); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Fatalf("got %v", err)
	}
	if n := calls.Load(); n > 30 {
		t.Fatalf("it went on for %d calls", n)
	}
	gone = false
	h.run(t)
	sameDesk(t, src, dst)
}
