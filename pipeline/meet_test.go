package pipeline_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// both is a hop of one ticket, of which both sides are worked at.
type both struct {
	*hop
	src, dst *mem.Desk
	mu       sync.Mutex
	said     []string
}

func newBoth(t *testing.T, policy pipeline.Policy) *both {
	b := &both{src: verifiable(), dst: new(mem.Desk)}
	b.hop = newHop(t, b.src, mem.Spec().Reads, b.dst, mem.Spec().Writes)
	b.Conflicts = policy
	watch := b.Watch
	b.Watch = func(e pipeline.Event) {
		watch(e)
		if e.Conflict != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.said = append(b.said, e.Conflict.Field+": "+e.Conflict.Detail)
		}
	}
	b.run(t)
	return b
}

func subjectOf(t *testing.T, d *mem.Desk, subject string) *desk.Ticket {
	t.Helper()
	for _, r := range recordsOf(t, d, desk.KindTicket) {
		if ticket := r.(*desk.Ticket); strings.HasPrefix(ticket.Subject, subject) {
			return ticket
		}
	}
	t.Fatalf("no ticket %q", subject)
	return nil
}

// old and next change the ticket on one side.
func (b *both) old(t *testing.T, do func(*desk.Ticket)) {
	x := subjectOf(t, b.src, "subject 1")
	do(x)
	b.src.Seed(x)
}

func (b *both) next(t *testing.T, do func(*desk.Ticket)) {
	x := subjectOf(t, b.dst, "subject 1")
	do(x)
	b.dst.Seed(x)
}

// A field that was changed on both sides goes by the policy; what was changed on one
// side alone is that side's.
func TestConflicts(t *testing.T) {
	for policy, want := range map[pipeline.Policy]struct {
		priority desk.Priority
		told     []int // conflicts told by the first and the second run after it
		verified map[string]pipeline.Class
	}{
		pipeline.TargetWins: {desk.PriorityLow, []int{1, 0}, map[string]pipeline.Class{"status": pipeline.Differs, "priority": pipeline.Settled}},
		pipeline.SourceWins: {desk.PriorityHigh, []int{1, 0}, map[string]pipeline.Class{"status": pipeline.Differs}},
		pipeline.ReportOnly: {desk.PriorityLow, []int{1, 1}, map[string]pipeline.Class{"status": pipeline.Differs, "priority": pipeline.Waiting}},
	} {
		t.Run(string(policy), func(t *testing.T) {
			b := newBoth(t, policy)
			b.old(t, func(x *desk.Ticket) { x.Priority, x.Type, x.Tags = desk.PriorityHigh, "task", []string{"same"} })
			b.next(t, func(x *desk.Ticket) {
				x.Priority, x.Status, x.Tags = desk.PriorityLow, desk.StatusPending, []string{"same"}
			})
			for _, n := range want.told {
				b.said = nil
				b.run(t)
				if len(b.said) != n || n > 0 && !strings.HasPrefix(b.said[0], "priority: ") {
					t.Errorf("told %q", b.said)
				}
				got := subjectOf(t, b.dst, "subject 1")
				if got.Priority != want.priority || got.Type != "task" || got.Status != desk.StatusPending || len(got.Tags) != 1 {
					t.Errorf("%+v", got)
				}
				b.old(t, func(x *desk.Ticket) { x.Type = "task" }) // it is read again
			}
			b.verifies(t, want.verified)
			b.old(t, func(x *desk.Ticket) { x.Type = "question" })
			b.run(t)
			b.verifies(t, want.verified)
			if got := subjectOf(t, b.dst, "subject 1"); got.Type != "question" || got.Priority != want.priority {
				t.Errorf("later: %+v", got)
			}
		})
	}
}

// What a policy settled is no difference, for as long as the target says so; nothing is
// one and an empty field another.
func TestSettledIsNoDifference(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.old(t, func(x *desk.Ticket) { x.Type = "question" })
	b.run(t)
	b.old(t, func(x *desk.Ticket) { x.Priority, x.Type = desk.PriorityHigh, "task" })
	b.next(t, func(x *desk.Ticket) { x.Priority, x.Type = desk.PriorityLow, "" })
	b.run(t)
	b.verifies(t, map[string]pipeline.Class{"priority": pipeline.Settled, "type": pipeline.Settled})
	b.next(t, func(x *desk.Ticket) { x.Priority, x.Type = desk.PriorityUrgent, "incident" })
	b.verifies(t, map[string]pipeline.Class{"priority": pipeline.Differs, "type": pipeline.Differs})
	b.next(t, func(x *desk.Ticket) { x.Priority, x.Type = desk.PriorityLow, "task" })
	b.verifies(t, map[string]pipeline.Class{"priority": pipeline.Settled})
	b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityNormal })
	b.verifies(t, map[string]pipeline.Class{"priority": pipeline.Waiting})
	if _, left := b.rollback(t, 0, false); !slices.Contains(left, "ticket 1: somebody changed it since: priority") {
		t.Errorf("a rollback would leave %q", left)
	}
}

// verifies holds a verification to finding just that of the fields of a ticket.
func (b *both) verifies(t *testing.T, want map[string]pipeline.Class) {
	t.Helper()
	_, found := b.verified(t)
	got := map[string]pipeline.Class{}
	for _, f := range found {
		got[f.Field] = f.Class
	}
	if !maps.Equal(got, want) {
		t.Errorf("found %+v, want %v", found, want)
	}
}

// Messages of both sides stay, in order, and none comes twice.
func TestMessagesOfBothSides(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	at := subjectOf(t, b.src, "subject 1").Created
	b.next(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "theirs", Author: desk.To(desk.KindAgent, "a"), At: at.Add(72 * time.Hour), Text: "answered there"})
	})
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: at.Add(96 * time.Hour), Text: "written to the old address"})
	})
	for range 2 {
		b.run(t)
		var texts []string
		for _, m := range subjectOf(t, b.dst, "subject 1").Messages {
			texts = append(texts, m.Text)
		}
		if got := strings.Join(texts, "|"); got != "question 1|note 1|answered there|written to the old address" {
			t.Error(got)
		}
	}
	if len(b.said) > 0 {
		t.Errorf("%q", b.said)
	}
}

// A customer who writes to the old address opens the ticket that was solved in the new.
func TestCustomerReopens(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.next(t, func(x *desk.Ticket) { x.Status = desk.StatusSolved })
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "it is broken again"})
	})
	b.run(t)
	if got := subjectOf(t, b.dst, "subject 1"); got.Status != desk.StatusOpen || len(got.Messages) != 3 || len(b.said) != 1 {
		t.Errorf("%+v, %q", got, b.said)
	}
	// An agent's answer there does not.
	b.next(t, func(x *desk.Ticket) { x.Status = desk.StatusSolved })
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-4", Author: desk.To(desk.KindAgent, "a1"), At: x.Created.Add(97 * time.Hour), Text: "we look"})
	})
	b.run(t)
	if got := subjectOf(t, b.dst, "subject 1"); got.Status != desk.StatusSolved || len(got.Messages) != 4 {
		t.Errorf("%+v", got)
	}
}

// What is new in a ticket that was merged into another at the target goes to that one.
func TestMergedAtTheTarget(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	into := subjectOf(t, b.dst, "subject 2")
	b.next(t, func(x *desk.Ticket) { x.MergedInto, x.Status = desk.To(desk.KindTicket, into.ID), desk.StatusClosed })
	final := subjectOf(t, b.dst, "subject 3") // which was merged in its turn
	into.MergedInto, into.Status, final.Status = desk.To(desk.KindTicket, final.ID), desk.StatusClosed, desk.StatusSolved
	b.dst.Seed(into, final)
	b.old(t, func(x *desk.Ticket) {
		x.Type = "task"
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more"})
	})
	for range 2 {
		b.run(t)
		if got := subjectOf(t, b.dst, "subject 3"); len(got.Messages) != 3 || got.Messages[2].Text != "more" {
			t.Errorf("%+v", got)
		}
		if got := subjectOf(t, b.dst, "subject 1"); len(got.Messages) != 2 || got.Type != "" || got.Status != desk.StatusClosed {
			t.Errorf("%+v", got)
		}
	}
	if len(b.said) == 0 || !strings.Contains(b.said[0], "was merged into "+string(final.ID)) || !strings.Contains(b.said[0], "is solved: look at it") {
		t.Errorf("%q", b.said)
	}
}

// A ticket that was deleted at the target is not made again: it is put aside.
func TestDeletedAtTheTarget(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	if err := b.dst.Delete(t.Context(), desk.KindTicket, subjectOf(t, b.dst, "subject 1").ID); err != nil {
		t.Fatal(err)
	}
	b.old(t, func(x *desk.Ticket) { x.Type = "task" })
	if n := b.run(t)[desk.KindTicket]; n.Created != 0 || n.Failed != 1 || len(b.fails) != 1 || b.fails[0].Reason != "conflict" {
		t.Errorf("%+v %+v", n, b.fails)
	}
}

// A ticket that was split at the target, some of its messages now in another, and a
// message that was deleted or rewritten there: what was written once is not written
// again, and what is new goes to the ticket that we made.
func TestSplitAtTheTarget(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	was := subjectOf(t, b.dst, "subject 1")
	b.dst.Seed(&desk.Ticket{Meta: desk.Meta{ID: "split"}, Subject: "half of it", Messages: []desk.Message{was.Messages[1]}})
	b.next(t, func(x *desk.Ticket) {
		x.Messages = x.Messages[:1]
		x.Messages[0].Text = "shortened there"
	})
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more"})
	})
	for range 2 {
		b.run(t)
		got := subjectOf(t, b.dst, "subject 1")
		if len(got.Messages) != 2 || got.Messages[0].Text != "shortened there" || got.Messages[1].Text != "more" || len(b.fails)+len(b.said) > 0 {
			t.Errorf("%+v %+v %q", got.Messages, b.fails, b.said)
		}
	}
	if half := subjectOf(t, b.dst, "half of it"); len(half.Messages) != 1 {
		t.Errorf("%+v", half)
	}
}

// A ticket that was opened again at the target stays so; one that is opened again in
// the source follows, unless both sides changed it.
func TestReopenedOnOneSide(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.old(t, func(x *desk.Ticket) { x.Status = desk.StatusSolved })
	b.run(t)
	b.next(t, func(x *desk.Ticket) { x.Status = desk.StatusPending })
	b.old(t, func(x *desk.Ticket) { x.Type = "task" })
	b.run(t)
	if got := subjectOf(t, b.dst, "subject 1"); got.Status != desk.StatusPending || got.Type != "task" {
		t.Errorf("%+v", got)
	}
	b.next(t, func(x *desk.Ticket) { x.Status = desk.StatusSolved }) // as it was written
	b.old(t, func(x *desk.Ticket) { x.Status = desk.StatusOpen })
	b.run(t)
	if got := subjectOf(t, b.dst, "subject 1"); got.Status != desk.StatusOpen || len(b.said) > 0 {
		t.Errorf("%+v %q", got, b.said)
	}
}

// A ticket that the source deleted while people answered it at the target says so there,
// and keeps all that it has.
func TestDeletedInTheSourceAnsweredThere(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.next(t, func(x *desk.Ticket) {
		x.Priority = desk.PriorityHigh
		x.Messages = append(x.Messages, desk.Message{ID: "theirs", Author: desk.To(desk.KindAgent, "a"), At: x.Created.Add(72 * time.Hour), Text: "answered there"})
	})
	if err := b.src.Delete(t.Context(), desk.KindTicket, subjectOf(t, b.src, "subject 1").ID); err != nil {
		t.Fatal(err)
	}
	b.Writes.Tombstones = false
	b.run(t)
	got := subjectOf(t, b.dst, "subject 1")
	if len(got.Messages) != 3 || got.Priority != desk.PriorityHigh || len(got.Tags) != 1 || got.Tags[0] != pipeline.DeletedTag {
		t.Errorf("%+v", got)
	}
}
