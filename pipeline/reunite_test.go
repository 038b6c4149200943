package pipeline_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A ticket that was merged into one which comes only in a later run, or is let
// through only then, is linked to it when it comes. Till then it is done: it holds
// nobody up.
func TestMergedIntoALaterTicket(t *testing.T) {
	merged := tk("1", "one", msg("a", "a", 1))
	merged.MergedInto = desk.To(desk.KindTicket, "2")
	into := tk("2", "two", msg("b", "b", 1))
	for name, asked := range map[string]bool{"the source is asked": true, "the source is read again": false} {
		for way, filtered := range map[string]bool{"comes later": false, "is let through later": true} {
			t.Run(name+", "+way, func(t *testing.T) {
				s := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items([]*desk.Ticket{merged})}}
				fresh := &delta{script: s}
				var src connectors.Source = fresh
				if asked {
					src = struct {
						connectors.Source
						connectors.Fetcher
					}{fresh, fresh}
				}
				dst := new(mem.Desk)
				h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
				let := !filtered
				h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
					return pipeline.Verdict{Keep: let || r.About().ID == "1", Rule: "not yet"}, nil
				}
				if filtered {
					s.items[desk.KindTicket] = items([]*desk.Ticket{merged, into})
				}
				got := h.run(t)
				if len(h.losses) != 1 || got[desk.KindTicket].Held > 0 || only(t, dst).Subject != "one" {
					t.Fatalf("%+v, losses %+v", got[desk.KindTicket], h.losses)
				}
				if got = h.run(t); len(h.steps) > 0 || got[desk.KindTicket].Held > 0 {
					t.Fatalf("with nothing new: %+v, steps %+v", got[desk.KindTicket], h.steps)
				}
				let = true
				s.items[desk.KindTicket] = items([]*desk.Ticket{merged, into})
				fresh.from = 1
				got = h.run(t)
				if link := linkOf(t, dst, "one"); link != "two" || got[desk.KindTicket].Updated != 1 {
					t.Fatalf("linked to %q, %+v", link, got[desk.KindTicket])
				}
				if h.run(t); len(h.steps) > 0 || len(h.fails) > 0 {
					t.Errorf("after that: steps %+v, told %+v", h.steps, h.fails)
				}
			})
		}
	}
}

// delta is a scripted source that yields from its cursor on.
type delta struct {
	*script
	from int // of a read that is no beginning: the first item that is new
}

func (d *delta) Read(ctx context.Context, k desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		n := 0
		for it, err := range d.script.Read(ctx, k, after) {
			if n++; after != "" && n <= d.from {
				continue
			}
			if !yield(it, err) {
				return
			}
		}
	}
}

func (d *delta) Fetch(_ context.Context, k desk.Kind, id desk.ID) (desk.Record, error) {
	for _, it := range d.items[k] {
		if it.Record.About().ID == id {
			return desk.Clone(it.Record), nil
		}
	}
	return nil, fmt.Errorf("%s %s: %w", k, id, connectors.ErrNotFound)
}

// linkOf is the subject of the ticket that the one with a subject is merged into.
func linkOf(t *testing.T, d *mem.Desk, subject string) string {
	t.Helper()
	names, link := map[desk.ID]string{}, desk.ID("")
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		tk := it.Record.(*desk.Ticket)
		names[tk.ID] = tk.Subject
		if tk.Subject == subject {
			link = tk.MergedInto.ID
		}
	}
	return names[link]
}

// A ticket that is no longer merged waits for nothing.
func TestNoLongerMerged(t *testing.T) {
	merged := tk("1", "one")
	merged.MergedInto = desk.To(desk.KindTicket, "2")
	s := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items([]*desk.Ticket{merged})}}
	h := newHop(t, s, mem.Spec().Reads, new(mem.Desk), mem.Spec().Writes)
	for _, want := range []string{"waits for ticket 2, which has not arrived", ""} {
		h.run(t)
		row, _, err := h.Ledger.Row(t.Context(), desk.KindTicket, "", "1")
		if err != nil || row.Detail != want || row.State != checkpoints.Done {
			t.Errorf("%s %q, %v; want done %q", row.State, row.Detail, err, want)
		}
		merged.MergedInto = desk.Ref{}
	}
}
