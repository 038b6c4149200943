package pipeline_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A rollback leaves a ticket in which somebody wrote something else in place of what we had
// written, also where the source does not say any more what that was: our mark is gone.
func TestRollbackLeavesWhatLostItsMark(t *testing.T) {
	h, src, dst := editing(t)
	h.run(t)
	if err := src.Delete(t.Context(), desk.KindTicket, "2"); err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{"subject 1", "subject 2"} {
		x := subjectOf(t, dst, subject)
		x.Messages[0].Text, x.Messages[0].Mark = "an agent's", ""
		dst.Seed(x)
	}
	_, left := h.rollback(t, 0, true)
	for _, want := range []string{"ticket 1: somebody edited messages of it since: 1-1", "ticket 2: somebody edited messages of it since: 2-1"} {
		if !strings.Contains(strings.Join(left, "\n"), want) {
			t.Errorf("left %q, want %q", left, want)
		}
	}
}

// And one in which somebody edited the note that tells of an edit.
func TestRollbackLeavesAnEditedNote(t *testing.T) {
	h, _, dst := editing(t)
	h.run(t)
	x := subjectOf(t, dst, "subject 1")
	x.Messages[2].Text += ", an agent adds"
	dst.Seed(x)
	_, left := h.rollback(t, 0, true)
	if all := strings.Join(left, "\n"); !strings.Contains(all, "ticket 1: somebody edited messages of it since: 1-1~") {
		t.Errorf("left %q", left)
	}
}
