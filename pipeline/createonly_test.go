package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A target that only creates is never asked to change or delete anything; what is
// new of a ticket that stands there is told: messages in quarantine, fields as
// losses.
func TestCreateOnly(t *testing.T) {
	dst := &mem.Desk{Knobs: mem.Knobs{CreateOnly: true}}
	dst.Fail = func(verb string, r any) (error, error) {
		if verb == "update" || verb == "append" {
			t.Errorf("%s was called with %+v", verb, r)
		}
		return nil, nil
	}
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}
	_, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.run(t)
	src.items[desk.KindTicket][0].Record = tk("1", "two", msg("a", "a", 1), msg("b", "b", 2))
	got := h.run(t)
	want := pipeline.Counts{desk.KindTicket: {Read: 1, Unchanged: 1}, desk.KindMessage: {Read: 2, Unchanged: 1, Failed: 1}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error("counts: ", d)
	}
	if e := last(h.fails); e.ID != "b" || e.Parent != "1" || e.Reason != connectors.ReasonRefused {
		t.Errorf("told %+v of the new message", h.fails)
	}
	if len(h.losses) != 1 || h.losses[0].Loss.Field != "subject" {
		t.Errorf("told the losses %+v, want the subject", h.losses)
	}
	src.items[desk.KindTicket][0].Record = &desk.Ticket{Meta: desk.Meta{ID: "1", Deleted: true}}
	h.run(t)
}

// Where such a target takes a ticket's messages one by one, a ticket of which not
// all have gone is finished.
func TestCreateOnlyFinishesATicket(t *testing.T) {
	ticket := tk("1", "one", msg("a", "a", 1), msg("b", "b", 2))
	seen := pipeline.Seen{Exists: true}
	seen.Target = "t1"
	for atOnce, want := range map[int]int{0: 0, 1: 2} {
		caps := connectors.Caps{CreateOnly: true, AtOnce: atOnce}
		steps := pipeline.Plan(ticket, seen, caps)
		for _, s := range steps {
			if s.Verb != pipeline.Append {
				t.Errorf("at once %d: %s", atOnce, s.Verb)
			}
		}
		if len(steps) != want {
			t.Errorf("at once %d: %d steps, want %d", atOnce, len(steps), want)
		}
	}
}
