package pipeline_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// another replaces Ann at the target, as a merge does: the tickets name the other, or not.
func (b *both) another(t *testing.T, moves bool) {
	t.Helper()
	was := recordsOf(t, b.dst, desk.KindContact)[0].About().ID
	b.dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "2240"}, Name: "Ann", Emails: []string{"ann@example.test"}})
	if err := b.dst.Delete(t.Context(), desk.KindContact, was); err != nil {
		t.Fatal(err)
	}
	for _, r := range recordsOf(t, b.dst, desk.KindTicket) {
		for _, ref := range desk.Refs(r) {
			if moves && ref.ID == was {
				ref.ID = "2240"
			}
		}
		b.dst.Seed(r)
	}
}

// A person whom people merged into another is not missing, nor is the other wrong in the
// tickets that the target moved to that one.
func TestVerifyKnowsMergedPeople(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.Join = true
	b.another(t, true)
	sum, found := b.verified(t)
	if n := sum.Counts[desk.KindContact]; len(found) != 1 || found[0].Class != pipeline.Settled || found[0].ID != "c1" || found[0].Target != "2240" || n.There != 1 {
		t.Errorf("%+v, %+v", n, found)
	}
	if x := subjectOf(t, b.dst, "subject 1"); x.Requester.ID != "2240" {
		t.Fatalf("the tickets were not moved: %+v", x.Requester)
	}
	b.next(t, func(x *desk.Ticket) { x.Requester = desk.Ref{} })
	if _, found := b.verified(t); len(differences(found)) != 1 || differences(found)[0].Want != "contact 2240" {
		t.Errorf("nobody asks any more: %+v", found)
	}
}

// What no run will write, since the source changed nothing, is not said to come: tickets
// that name a person of whom the ledger has since learned another id.
func TestVerifyPromisesNoRunThatWritesNothing(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.Join = true
	b.another(t, false)
	b.src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Ann", Emails: []string{"ann@example.test"}, Phones: []string{"1"}})
	b.run(t)
	_, found := b.verified(t)
	settled := 0
	for _, f := range found {
		if f.Class == pipeline.Waiting {
			t.Errorf("%+v", f)
		}
		if f.Class == pipeline.Settled && f.Kind == desk.KindTicket {
			settled++
		}
	}
	if settled != 4 {
		t.Errorf("%+v", found)
	}
}

// A change that the target refused waits in quarantine, with its reason, and not for the
// next run.
func TestVerifyTellsWhyAChangeWaits(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.old(t, func(x *desk.Ticket) { x.Priority, x.Type = desk.PriorityHigh, "task" })
	b.dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "update" {
			return connectors.Refuse(connectors.ReasonRefused, "", "it is closed"), nil
		}
		return nil, nil
	}
	b.run(t)
	b.dst.Fail = nil
	if _, found := b.verified(t); len(found) != 1 || found[0].Class != pipeline.Aside || found[0].Field != "refused" || !strings.Contains(found[0].Detail, "it is closed") {
		t.Errorf("%+v", found)
	}
}

// Whatever waits has a reason: that of its line, or that a run did not come to an end.
func TestVerifyTellsWhyAMessageWaits(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.Ledger.Put(checkpoints.Row{Kind: desk.KindMessage, Parent: "1", ID: "1-3", State: checkpoints.Entered, Run: 1})
	b.old(t, func(x *desk.Ticket) { x.Messages = append(x.Messages, msg("1-3", "more", 2e9)) })
	if _, found := b.verified(t); len(found) != 1 || found[0].Class != pipeline.Aside || !strings.Contains(found[0].Detail, "did not come to an end") {
		t.Errorf("%+v", found)
	}
}

// The private note that a run has yet to write is told of its ticket, and not under an id
// of ours; and where the source changed nothing it is not promised at all.
func TestVerifyOfANoteThatIsNotWritten(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	dst.Fields = map[desk.Kind][]string{desk.KindTicket: {"subject", "status", "requester"}}
	_, w := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h := newHop(t, src, mem.Spec().Reads, dst, w)
	h.run(t)
	h.Leftovers = true // the mapping asks for notes since
	if _, found := h.verified(t); hasNote(found) {
		t.Errorf("%+v", found)
	}
	x := subjectOf(t, src, "subject 1")
	x.Type = "task"
	src.Seed(x)
	if _, found := h.verified(t); !hasNote(found) {
		t.Errorf("%+v", found)
	}
}

func hasNote(found []pipeline.Finding) (note bool) {
	for _, f := range found {
		note = note || f.Class == pipeline.Waiting && f.Kind == desk.KindTicket && f.ID == "1" && f.Field == "private note"
	}
	return note
}
