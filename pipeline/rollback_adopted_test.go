package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Somebody who stood there before, and whom a run made a member of an organisation that it
// made, needs it: it stays, and that they were changed is told.
func TestRollbackLeavesWhatTheAdoptedNeed(t *testing.T) {
	for _, laconically := range []bool{true, false} {
		src, dst := new(mem.Desk), new(mem.Desk)
		ann := desk.Contact{Name: "Ann", Emails: []string{"ann@example.test"}}
		theirs, mine := ann, ann
		theirs.ID, mine.ID = "theirs", "c1"
		dst.Seed(&theirs)
		src.Seed(&mine)
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		if laconically {
			h.Target = laconic{dst}
		}
		h.Join, h.MapHash = true, "m"
		h.run(t)
		if _, left := h.rollback(t, h.Run, false); len(left) > 0 {
			t.Errorf("nothing was written, and it leaves %q", left)
		}
		mine.Org = desk.To(desk.KindOrganization, "o1")
		src.Seed(&desk.Organization{Meta: desk.Meta{ID: "o1"}, Name: "Acme"}, &mine)
		h.run(t)
		if _, left := h.rollback(t, h.Run, false); len(left) == 0 || !strings.Contains(left[0], "the run went on with it") {
			t.Errorf("of one run it leaves %q", left)
		}
		if gone, left := h.rollback(t, 0, true); len(gone) > 0 || len(left) != 1 {
			t.Errorf("deleted %q, left %q", gone, left)
		}
	}
}

// laconic tells of an update no more than that it was done.
type laconic struct{ *mem.Desk }

func (m laconic) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	fields = slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == "type" }) // which it never leaves empty
	_, err := m.Desk.Update(ctx, id, r, fields)
	return connectors.Receipt{ID: id}, err
}

// Where only the answer to the making of a record says what it is there, what a run changes
// later is not taken for somebody's work.
func TestUpdateThatGivesNothingBack(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, laconic{dst}, mem.Spec().Writes)
	h.Conflicts, h.Writes.Always = pipeline.TargetWins, map[desk.Kind][]string{desk.KindTicket: {"type"}}
	x := subjectOf(t, src, "subject 1")
	x.Type, x.Priority, x.Channel = "task", desk.PriorityLow, "web"
	src.Seed(x)
	h.run(t)
	x = subjectOf(t, src, "subject 1")
	x.Type, x.Priority, x.Channel = "", desk.PriorityHigh, ""
	src.Seed(x)
	h.run(t)
	if gone, left := h.rollback(t, 0, false); len(left) > 0 || len(gone) != 5 {
		t.Errorf("deletes %q, leaves %q", gone, left)
	}
}

// Of a ticket nobody knows whether it was made: whom it needs stays, as the source says;
// where the source says nothing any more, everybody.
func TestRollbackLeavesWhatSomethingInDoubtNeeds(t *testing.T) {
	for _, gone := range []bool{false, true} {
		src, dst := verifiable(), new(mem.Desk)
		src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c2"}, Name: "Bob", Emails: []string{"bob@example.test"}})
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		creates(dst, func(n int) (before, after error) {
			if n == 1 {
				return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
			}
			return nil, nil
		})
		h.Workers = 1
		dst.SearchLag, dst.Clock = time.Hour, time.Now
		h.run(t)
		if gone {
			if err := src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
				t.Fatal(err)
			}
		}
		deleted, left := h.rollback(t, 0, true)
		if slices.Contains(deleted, "contact c1") || slices.Contains(deleted, "contact c2") == gone || len(deleted) < 3 {
			t.Errorf("deleted %q, left %q", deleted, left)
		}
	}
}
