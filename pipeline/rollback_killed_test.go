package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A rollback is killed at each of its deletions, before the target acted and after. What
// follows, be it the rest of the rollback or a run, loses nothing and doubles nothing.
func TestKilledRollback(t *testing.T) {
	t.Parallel()
	for at := 1; at <= 6; at++ {
		for _, acted := range []bool{false, true} {
			for _, goesOn := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d,%t,%t", at, acted, goesOn), func(t *testing.T) { killedRollback(t, at, acted, goesOn) })
			}
		}
	}
}

func killedRollback(t *testing.T, at int, acted, goesOn bool) {
	src, dst := verifiable(), new(mem.Desk)
	src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c2"}, Name: "Bo", Emails: []string{"bo@example.test"}})
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.PeopleWithTickets, h.Join = at%2 == 0, true
	h.run(t)
	all := dst.CountOf(desk.KindContact)
	n := 0
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb != "delete" {
			return nil, nil
		}
		if n++; n < at {
			return nil, nil
		}
		h.life.dead.Store(true)
		if acted {
			return nil, errDead
		}
		return errDead, nil
	}
	err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context())
	if killed := n >= at; killed != errors.Is(err, errDead) {
		t.Fatalf("killed %t: %v", killed, err)
	}
	dst.Fail = nil
	h.open(t)
	if goesOn {
		if _, left := h.rollback(t, 0, true); len(left) > 0 || dst.CountOf(desk.KindTicket)+dst.CountOf(desk.KindContact) > 0 {
			t.Errorf("left %q, %d tickets", left, dst.CountOf(desk.KindTicket))
		}
	}
	h.run(t)
	if dst.CountOf(desk.KindTicket) != 4 || dst.CountOf(desk.KindContact) != all {
		t.Errorf("%d tickets and %d contacts, want 4 and %d", dst.CountOf(desk.KindTicket), dst.CountOf(desk.KindContact), all)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	for row, err := range h.Ledger.Rows(t.Context(), checkpoints.Query{States: []checkpoints.State{checkpoints.Intended}}) {
		t.Errorf("still in doubt: %+v, %v", row, err)
	}
}

// A rollback that was stopped after some deletions, and is not gone on with: the next run
// reads from the beginning, and makes anew what is gone.
func TestStoppedRollback(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	n, broke := 0, errors.New("the line broke")
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb != "delete" {
			return nil, nil
		}
		if n++; n > 2 {
			return broke, nil
		}
		return nil, nil
	}
	if err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context()); !errors.Is(err, broke) {
		t.Fatal(err)
	}
	dst.Fail = nil
	if n := h.run(t)[desk.KindTicket]; n.Created != 2 || dst.CountOf(desk.KindTicket) != 4 {
		t.Errorf("%+v, %d tickets", n, dst.CountOf(desk.KindTicket))
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// Whom a later run's tickets name is not taken back with the run that made them; who has
// nothing there but a message that goes with it is.
func TestRollbackOfOneRunLeavesWhomOthersName(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	for _, id := range []desk.ID{"c2", "c3", "c4", "c5"} {
		src.Seed(&desk.Contact{Meta: desk.Meta{ID: id}, Name: string(id), Emails: []string{string(id) + "@example.test"}})
	}
	first := recordsOf(t, src, desk.KindTicket)[0].(*desk.Ticket)
	first.Messages = append(first.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c2"), At: first.Created.AddDate(0, 0, 2), Text: "later"})
	src.Seed(first, &desk.Ticket{Meta: desk.Meta{ID: "5"}, Subject: "new", Requester: desk.To(desk.KindContact, "c4")})
	h.run(t)
	second := recordsOf(t, src, desk.KindTicket)[1].(*desk.Ticket)
	second.Messages = append(second.Messages, desk.Message{ID: "2-3", Author: desk.To(desk.KindContact, "c5"), At: second.Created.AddDate(0, 0, 3), Text: "later yet"})
	src.Seed(second, &desk.Ticket{Meta: desk.Meta{ID: "6"}, Subject: "newer", Requester: desk.To(desk.KindContact, "c3")})
	h.run(t)
	for _, do := range []bool{false, true} {
		gone, left := h.rollback(t, 2, do)
		if want := []string{"message 1-3", "ticket 5", "contact c2", "contact c4"}; !slices.Equal(gone, want) {
			t.Errorf("deleted %q", gone)
		}
		for _, id := range []string{"c3", "c5"} {
			if !slices.Contains(left, "contact "+id+": something that stays refers to it") {
				t.Errorf("left %q", left)
			}
		}
	}
}

// Where messages that look alike have no marks, those of a ticket that a killed rollback
// had not deleted yet are known by their ids: nothing of it waits for a person.
func TestKilledRollbackOfLikeMessages(t *testing.T) {
	src, dst := new(mem.Desk), &mem.Desk{Knobs: mem.Knobs{NoMessageMarks: true}}
	reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	src.Seed(tk("1", "one", msg("a", "thanks", 1), msg("b", "thanks", 1)))
	h := newHop(t, src, reads, dst, writes)
	h.run(t)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "delete" {
			h.life.dead.Store(true)
			return errDead, nil
		}
		return nil, nil
	}
	if err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context()); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	dst.Fail = nil
	h.open(t)
	h.run(t)
	if got := texts(only(t, dst)); len(h.fails) > 0 || got != "thanks|thanks" {
		t.Errorf("%q, failed: %+v", got, h.fails)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// What the rest of a killed rollback leaves, because people have touched it, is in doubt no
// more: it stands as it stood before.
func TestKilledRollbackLeavesNothingInDoubt(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "delete" {
			h.life.dead.Store(true)
			return errDead, nil
		}
		return nil, nil
	}
	if err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context()); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	dst.Fail = nil
	h.open(t)
	renamed := subjectOf(t, dst, "subject 2")
	renamed.Subject = "renamed by an agent"
	dst.Seed(renamed)
	if _, left := h.rollback(t, 0, true); !slices.Contains(left, "ticket 2: somebody changed it since: subject") {
		t.Errorf("left %q", left)
	}
	row, _, err := h.Ledger.Row(t.Context(), desk.KindTicket, "", "2")
	if err != nil || row.State != checkpoints.Done || row.Detail != "" || row.Target != renamed.ID {
		t.Errorf("%+v, %v", row, err)
	}
	h.run(t)
	if _, found := h.verified(t); len(found) != 1 || found[0].Field != "subject" {
		t.Errorf("%+v", found)
	}
}

// A ticket that a rollback deleted before it was killed, and whose message the source edited
// since, is made as it is now: no note speaks of an edit.
func TestEditedAfterAKilledRollback(t *testing.T) {
	h, _, dst := editing(t)
	deletes := 0
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "delete" {
			if deletes++; deletes == 4 {
				h.life.dead.Store(true)
			}
		}
		return nil, nil
	}
	b := &pipeline.Rollback{Pipeline: h.Pipeline, Do: true}
	if err := b.Go(t.Context()); err == nil {
		t.Fatal("it was not killed")
	}
	dst.Fail = nil
	h.open(t)
	for range 2 {
		h.run(t)
		if got := subjectOf(t, dst, "subject 1"); len(got.Messages) != 2 || got.Messages[0].Text != "edited question" {
			t.Fatalf("%+v", got.Messages)
		}
	}
	if left := h.waits(t); len(left) > 0 {
		t.Errorf("%q wait", left)
	}
}

// tightLipped is a target that does not say what it calls the messages of a new ticket.
type tightLipped struct{ *mem.Desk }

func (l tightLipped) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	got, err := l.Desk.Create(ctx, r)
	got.Messages = nil
	return got, err
}

// A message that the rollback had not come to, and that the next run finds by its mark, is
// still what the first run brought: one that came late stands behind it, and may be older.
func TestKilledRollbackKeepsWhoBroughtWhat(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	src.Seed(tk("1", "one", msg("a", "first", 5)))
	h := newHop(t, src, mem.Spec().Reads, tightLipped{dst}, mem.Spec().Writes)
	h.run(t)
	src.Seed(tk("1", "one", msg("late", "older", 1), msg("a", "first", 5)))
	h.run(t)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "delete" {
			h.life.dead.Store(true)
			return errDead, nil
		}
		return nil, nil
	}
	if err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context()); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	dst.Fail = nil
	h.open(t)
	h.run(t)
	if got := texts(only(t, dst)); got != "first|older" {
		t.Errorf("it reads %s", got)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}
