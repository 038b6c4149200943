package pipeline_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A rollback leaves a ticket whose tags somebody changed before the one was added that says
// that the source has it no more.
func TestRollbackSeesTagsOfADeletedTicket(t *testing.T) {
	for _, lost := range []bool{false, true} {
		src, dst := new(mem.Desk), new(mem.Desk)
		src.Seed(tk("1", "one", msg("a", "first", 1)))
		writes := mem.Spec().Writes
		writes.Tombstones = false
		h := newHop(t, src, mem.Spec().Reads, dst, writes)
		h.Conflicts = pipeline.TargetWins
		h.run(t)
		x := only(t, dst)
		x.Tags = []string{"theirs"}
		dst.Seed(x)
		if err := src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
			t.Fatal(err)
		}
		dst.Fail = func(verb string, _ any) (before, after error) {
			if verb == "update" && lost {
				lost = false
				return nil, connectors.ErrUnsure
			}
			return nil, nil
		}
		for range 3 {
			h.run(t)
		}
		if got := only(t, dst).Tags; len(got) != 2 || len(h.waits(t)) > 0 {
			t.Errorf("its tags are %q; %q wait", got, h.waits(t))
		}
		if gone, left := h.rollback(t, 0, true); len(gone) > 0 || len(left) != 1 || !strings.HasSuffix(left[0], "somebody changed it since: tags") {
			t.Errorf("gone %q, left %q", gone, left)
		}
	}
}

// What an update wrote whose answer was lost is ours also when the source deletes the ticket
// before that is found out: a rollback takes it.
func TestRollbackAfterALostUpdateOfADeletedTicket(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	src.Seed(tk("1", "one", msg("a", "first", 1)))
	writes := mem.Spec().Writes
	writes.Tombstones = false
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.Conflicts = pipeline.TargetWins
	h.run(t)
	x := tk("1", "one", msg("a", "first", 1))
	x.Type = "task"
	src.Seed(x)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "update" {
			return nil, connectors.ErrUnsure
		}
		return nil, nil
	}
	h.run(t)
	if err := src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	dst.Fail = nil
	h.run(t)
	if gone, left := h.rollback(t, 0, true); len(gone) != 1 || len(left) > 0 {
		t.Errorf("gone %q, left %q", gone, left)
	}
}
