package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// A run that only remembers that an edit was told wrote nothing: taking it back takes no
// message out, and the run before can be taken back without it. What that run noted is
// noted again by the next.
func TestRollbackAfterAnEditWasTold(t *testing.T) {
	h, src, dst := editing(t)
	h.run(t) // writes the note
	x := subjectOf(t, src, "subject 1")
	src.Seed(x)
	h.run(t) // remembers it
	if got := subjectOf(t, dst, "subject 1"); len(got.Messages) != 3 {
		t.Fatalf("%d messages", len(got.Messages))
	}
	if gone, left := h.rollback(t, 0, false); len(gone) != 5 || len(left) > 0 {
		t.Errorf("of all it would delete %q and leave %q", gone, left)
	}
	if gone, left := h.rollback(t, h.Run, true); len(gone)+len(left) > 0 {
		t.Errorf("of the last run: deleted %q, left %q", gone, left)
	}
	gone, left := h.rollback(t, h.Run-1, true)
	if len(gone) != 1 || len(left) != 1 || !strings.HasPrefix(left[0], "ticket 1: the run went on with it") {
		t.Errorf("of the one that noted it: deleted %q, left %q", gone, left)
	}
	h.run(t)
	if got := subjectOf(t, dst, "subject 1"); len(got.Messages) != 3 || !got.Messages[2].Note {
		t.Errorf("%+v", got.Messages)
	}
	if left := h.waits(t); len(left) > 0 {
		t.Errorf("%q wait", left)
	}
}

// The same of a run that only tells that a message was moved between tickets: it was written
// by the one before.
func TestRollbackAfterAMove(t *testing.T) {
	moved := msg("m", "where to?", 2)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items([]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", msg("b", "b", 1))})}}
	h := newHop(t, src, mem.Spec().Reads, new(mem.Desk), mem.Spec().Writes)
	h.run(t)
	src.items[desk.KindTicket] = items([]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", msg("b", "b", 1), moved)})
	h.run(t)
	gone, left := h.rollback(t, h.Run, true)
	if !slices.Equal(gone, []string{"message m"}) || len(left) != 1 || !strings.HasPrefix(left[0], "ticket 2: ") {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	if got := subjectOf(t, h.Target.(*mem.Desk), "one"); len(got.Messages) != 2 {
		t.Errorf("%+v", got.Messages)
	}
}
