package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// What somebody deleted at the target, and was not ours, is no business of a rollback: its
// line stays, and nobody is made whom somebody deleted.
func TestRollbackForgetsNothingThatOthersDeleted(t *testing.T) {
	for _, of := range []int64{0, 2} {
		src, dst := verifiable(), new(mem.Desk)
		dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "stood"}, Name: "Ann", Emails: []string{"ann@example.test"}})
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		h.Join = true
		h.run(t)
		h.run(t) // makes nothing
		if err := dst.Delete(t.Context(), desk.KindContact, "stood"); err != nil {
			t.Fatal(err)
		}
		h.rollback(t, of, true)
		if row, known, err := h.Ledger.Row(t.Context(), desk.KindContact, "", "c1"); !known || !row.Adopted || err != nil {
			t.Errorf("of %d: %+v, %v", of, row, err)
		}
	}
}

// What is in doubt is told of one run as it is of all.
func TestRollbackTellsWhatIsInDoubt(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	dst.SearchLag = time.Hour
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	dst.Fail = func(verb string, r any) (before, after error) {
		if x, ok := r.(*desk.Ticket); ok && x.ID == "1" && verb == "create" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	for of, want := range map[int64]int{0: 1, 1: 1, 2: 0} {
		_, left := h.rollback(t, of, false)
		if n := strings.Count(strings.Join(left, "\n"), "ticket 1: nobody knows"); n != want {
			t.Errorf("rollback of %d: left %q", of, left)
		}
	}
}

// A message that a run appended and somebody edited since stays; the others of that run
// are taken out.
func TestRollbackOfOneRunLeavesWhatWasEdited(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	first := subjectOf(t, src, "subject 1")
	for _, id := range []desk.ID{"late", "later"} {
		first.Messages = append(first.Messages, desk.Message{ID: id, At: first.Created.AddDate(0, 0, 2), Text: string(id)})
	}
	src.Seed(first)
	h.run(t)
	edited := subjectOf(t, dst, "subject 1")
	edited.Messages[2].Text = "late, and what an agent added"
	dst.Seed(edited)
	for _, do := range []bool{false, true} {
		gone, left := h.rollback(t, 2, do)
		if !slices.Equal(gone, []string{"message later"}) || !slices.Contains(left, "message late: somebody edited it since") {
			t.Errorf("deleted %q, left %q", gone, left)
		}
	}
	if got := subjectOf(t, dst, "subject 1"); len(got.Messages) != 3 || got.Messages[2].Text != edited.Messages[2].Text {
		t.Errorf("%q", texts(got))
	}
}
