package pipeline_test

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// A category that stays keeps those above it, and a ticket the one that it was merged into,
// though they come before it; the rehearsal says so.
func TestRollbackLeavesWhatItsOwnKindNeeds(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	src.Seed(&desk.Category{Meta: desk.Meta{ID: "a"}, Name: "top"}, &desk.Category{Meta: desk.Meta{ID: "x"}, Name: "other"})
	src.Seed(&desk.Category{Meta: desk.Meta{ID: "b"}, Name: "middle", Parent: desk.To(desk.KindCategory, "a")})
	src.Seed(&desk.Category{Meta: desk.Meta{ID: "c"}, Name: "leaf", Parent: desk.To(desk.KindCategory, "b")})
	merged := tk("2", "two", msg("b", "first", 1))
	merged.MergedInto = desk.To(desk.KindTicket, "1")
	src.Seed(tk("1", "one", msg("a", "first", 1)), merged)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.run(t)
	for _, r := range recordsOf(t, dst, desk.KindCategory) {
		if c := r.(*desk.Category); c.Name == "leaf" {
			c.Name = "an agent's"
			dst.Seed(c)
		}
	}
	x := subjectOf(t, dst, "two")
	x.Subject = "an agent's"
	dst.Seed(x)
	for _, do := range []bool{false, true} {
		gone, left := h.rollback(t, 0, do)
		want := []string{
			"ticket 1: something that stays refers to it", "ticket 2: somebody changed it since: subject",
			"category a: something that stays refers to it", "category b: something that stays refers to it", "category c: somebody changed it since: name",
		}
		if !slices.Equal(gone, []string{"category x"}) || !slices.Equal(left, want) {
			t.Errorf("deleted %q, left %q", gone, left)
		}
	}
}
