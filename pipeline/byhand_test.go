package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// At a target that cannot be searched, a write in doubt waits for a person. What
// they found is taken for ours, what they did not find is written; either once.
func TestSettledByHand(t *testing.T) {
	for _, c := range []struct {
		name    string
		arrived bool // the ticket, at first; with its first message
		fetches bool // the target can be asked for one record
		says    says
	}{
		{"found, the target tells its messages", true, true, says{"1": ticketFound}},
		{"not found, the target tells its messages", false, true, says{"1": notFound}},
		{"found, with its message", true, false, says{"1": ticketFound, "a": messageFound, "b": notFound}},
		{"not found, nor its message", false, false, says{"1": notFound}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dst := &mem.Desk{Knobs: mem.Knobs{NoFinder: true, AtOnce: 1}}
			var target connectors.Target = struct{ connectors.Target }{dst}
			if c.fetches {
				target = struct {
					connectors.Target
					connectors.Fetcher
				}{dst, dst}
			}
			_, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1), msg("b", "b", 2))}}}}
			h := newHop(t, src, mem.Spec().Reads, target, writes)
			dst.Fail = loseOnce(desk.KindTicket, c.arrived)
			for range 2 {
				h.run(t)
				if e := last(h.fails); e.Reason != connectors.ReasonAmbiguous || e.Outcome != pipeline.Failed {
					t.Fatalf("told %+v, want it aside as ambiguous", h.fails)
				}
			}
			for id, say := range c.says {
				row := doubted(t, h, id)
				var there *desk.Ticket
				if c.arrived {
					there = only(t, dst)
				}
				h.Ledger.Put(say(row, there))
			}
			if err := h.Store.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.run(t)
			h.run(t)
			if s := texts(only(t, dst)); s != "a|b" || len(h.fails) > 0 {
				t.Errorf("messages %q, told %+v", s, h.fails)
			}
			for _, row := range rows(t, h) {
				if row.State != checkpoints.Done || row.Target == "" {
					t.Errorf("%s %s is %s at %q", row.Kind, row.ID, row.State, row.Target)
				}
			}
		})
	}
}

type says = map[desk.ID]func(checkpoints.Row, *desk.Ticket) checkpoints.Row

func ticketFound(row checkpoints.Row, there *desk.Ticket) checkpoints.Row {
	return pipeline.Found(row, there.ID)
}

func messageFound(row checkpoints.Row, there *desk.Ticket) checkpoints.Row {
	return pipeline.Found(row, there.Messages[0].ID)
}

func notFound(row checkpoints.Row, _ *desk.Ticket) checkpoints.Row { return pipeline.Missing(row) }

// doubted is the line in doubt of an id.
func doubted(t *testing.T, h *hop, id desk.ID) checkpoints.Row {
	t.Helper()
	for _, row := range rows(t, h) {
		if row.ID == id && pipeline.InDoubt(row) {
			return row
		}
	}
	t.Fatalf("%s is not in doubt: %+v", id, rows(t, h))
	return checkpoints.Row{}
}

func rows(t *testing.T, h *hop) (out []checkpoints.Row) {
	t.Helper()
	for row, err := range h.Ledger.Rows(t.Context(), checkpoints.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// An update that may have arrived is written again where the target cannot be
// asked: it changes fields, and adds nothing.
func TestUpdateInDoubtIsRepeated(t *testing.T) {
	dst := &mem.Desk{Knobs: mem.Knobs{NoFinder: true}}
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}
	h := newHop(t, src, mem.Spec().Reads, struct{ connectors.Target }{dst}, mem.Spec().Writes)
	h.run(t)
	src.items[desk.KindTicket][0].Record = tk("1", "two", msg("a", "a", 1))
	dst.Fail = func(verb string, _ any) (before, after error) {
		return fmt.Errorf("cut: %w", connectors.ErrUnsure), nil
	}
	h.run(t)
	dst.Fail = nil
	h.run(t)
	if s := only(t, dst).Subject; s != "two" || len(h.fails) > 0 {
		t.Errorf("subject %q, told %+v", s, h.fails)
	}
}

// What a killed rollback was at, and a person does not find at the target, is made anew: it
// is not written to under the id that it had.
func TestMissingAfterAKilledRollback(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Conflicts = pipeline.TargetWins
	h.run(t)
	row, _, err := h.Ledger.Row(t.Context(), desk.KindTicket, "", "1")
	if err != nil {
		t.Fatal(err)
	}
	if err := dst.Delete(t.Context(), desk.KindTicket, row.Target); err != nil {
		t.Fatal(err)
	}
	row.State, row.Detail = checkpoints.Intended, checkpoints.BeingTakenBack
	h.Ledger.Put(pipeline.Missing(row))
	if err := h.Store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.run(t)[desk.KindTicket]; n.Created != 1 || len(h.fails) > 0 {
		t.Errorf("%+v, told %+v", n, h.fails)
	}
	if got := subjectOf(t, dst, "subject 1"); len(got.Messages) != 2 {
		t.Errorf("%+v", got)
	}
}
