package pipeline_test

import (
	"context"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// tersely is a target whose first answer says nothing of what it made.
type tersely struct{ *mem.Desk }

func (m tersely) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	got, err := m.Desk.Create(ctx, r)
	got.Returned, got.Version = nil, ""
	return got, err
}

// What an agent did before an update is the agent's, though the answer to that says all that
// stood there then: a later update does not write over it, and a rollback leaves it.
func TestWorkBeforeTheFirstAnswerThatSaysAll(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	x := tk("1", "one", msg("a", "first", 1))
	x.Priority = desk.PriorityLow
	src.Seed(x)
	h := newHop(t, src, mem.Spec().Reads, tersely{dst}, mem.Spec().Writes)
	h.Conflicts = pipeline.TargetWins
	h.run(t)
	agents := only(t, dst)
	agents.Priority = desk.PriorityUrgent
	dst.Seed(agents)
	x.Subject = "renamed"
	src.Seed(x)
	h.run(t)
	if _, left := h.rollback(t, 0, false); !slices.Contains(left, "ticket 1: somebody changed it since: priority") {
		t.Errorf("a rollback leaves %q", left)
	}
	x.Priority = desk.PriorityNormal
	src.Seed(x)
	h.run(t)
	if got := only(t, dst); got.Subject != "renamed" || got.Priority != desk.PriorityUrgent {
		t.Errorf("it says %q, %q", got.Subject, got.Priority)
	}
}

// So is what was entered of somebody who stood there before us.
func TestWorkAtTheAdopted(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	ours := &desk.Contact{Meta: desk.Meta{ID: "c"}, Name: "Ann", Emails: []string{"ann@acme.test"}, Phones: []string{"+1"}}
	src.Seed(ours)
	dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "own"}, Name: "Ann", Emails: []string{"ann@acme.test"}, Phones: []string{"+2"}})
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Conflicts, h.Join = pipeline.TargetWins, true
	h.run(t)
	ours.Name = "Ann Lee"
	src.Seed(ours)
	h.run(t)
	ours.Phones = []string{"+3"}
	src.Seed(ours)
	h.run(t)
	got := recordsOf(t, dst, desk.KindContact)[0].(*desk.Contact)
	if got.Name != "Ann Lee" || !slices.Equal(got.Phones, []string{"+2"}) {
		t.Errorf("it says %q, %q", got.Name, got.Phones)
	}
}
