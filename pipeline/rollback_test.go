package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

func (h *hop) rollback(t *testing.T, of int64, do bool) (gone, left []string) {
	t.Helper()
	b := &pipeline.Rollback{Pipeline: h.Pipeline, Of: of, Do: do, Told: func(u pipeline.Undone) {
		if u.Deleted {
			gone = append(gone, string(u.Kind)+" "+string(u.ID))
		} else {
			left = append(left, fmt.Sprintf("%s %s: %s", u.Kind, u.ID, u.Why))
		}
	}}
	if err := b.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	return gone, left
}

// All that was made goes, tickets first; what stood there stays; and a later run makes
// it anew.
func TestRollback(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	dst.Seed(&desk.Contact{Name: "Somebody else", Emails: []string{"else@example.test"}})
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	before := dst.Dump()
	gone, left := h.rollback(t, 0, false)
	if want := []string{"ticket 1", "ticket 2", "ticket 3", "ticket 4", "contact c1"}; !slices.Equal(gone, want) || len(left) > 0 {
		t.Errorf("would delete %q and leave %q", gone, left)
	}
	if dst.Dump() != before {
		t.Error("a rehearsal deleted something")
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("a rehearsal changed the ledger: %+v", found)
	}
	if again, _ := h.rollback(t, 0, true); !slices.Equal(again, gone) {
		t.Errorf("deleted %q", again)
	}
	if n := dst.CountOf(desk.KindTicket) + dst.CountOf(desk.KindContact); n != 1 {
		t.Errorf("%d records are left", n)
	}
	if n := h.run(t)[desk.KindTicket].Created; n != 4 {
		t.Errorf("%d tickets are made anew", n)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// What somebody touched stays, with the people that it needs, and is told.
func TestRollbackLeavesWhatWasTouched(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	there := recordsOf(t, dst, desk.KindTicket)
	slices.SortFunc(there, func(a, b desk.Record) int {
		return strings.Compare(a.(*desk.Ticket).Subject, b.(*desk.Ticket).Subject)
	})
	changed, answered := there[0].(*desk.Ticket), there[1].(*desk.Ticket)
	changed.Status = desk.StatusSolved
	answered.Messages = append(answered.Messages, desk.Message{ID: "theirs", Text: "hello"})
	dst.Seed(changed, answered)
	if err := dst.Delete(t.Context(), desk.KindTicket, there[2].About().ID); err != nil {
		t.Fatal(err)
	}
	gone, left := h.rollback(t, 0, true)
	if want := []string{"ticket 3", "ticket 4"}; !slices.Equal(gone, want) {
		t.Errorf("deleted %q", gone)
	}
	if want := []string{"ticket 1: somebody changed it since: status", "ticket 2: somebody wrote 1 messages into it since", "contact c1: something that stays refers to it"}; !slices.Equal(left, want) {
		t.Errorf("left %q", left)
	}
	if n := h.run(t); n[desk.KindTicket].Created != 2 {
		t.Errorf("a later run: %+v", n)
	}
}

// One run is taken back alone; what a later one went on with stays.
func TestRollbackOfOneRun(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	first := recordsOf(t, src, desk.KindTicket)[0].(*desk.Ticket)
	first.Messages = append(first.Messages, desk.Message{ID: "1-3", At: first.Created.AddDate(0, 0, 2), Text: "later"})
	src.Seed(first, &desk.Ticket{Meta: desk.Meta{ID: "5"}, Subject: "new"})
	h.run(t)
	if gone, left := h.rollback(t, 2, true); !slices.Equal(gone, []string{"ticket 5"}) || len(left) > 0 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	if gone, left := h.rollback(t, 1, true); len(gone) != 3 || len(left) != 2 || left[0] != "ticket 1: run 2 went on with it: take that back first" {
		t.Errorf("deleted %q, left %q", gone, left)
	}
}

// A rollback that breaks off goes on where it was; what the target refuses to delete is
// told.
func TestRollbackGoesOn(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	n := 0
	dst.Fail = func(verb string, r any) (before, after error) {
		if verb != "delete" {
			return nil, nil
		}
		if n++; n == 2 {
			return nil, errors.New("the line broke")
		}
		return nil, nil
	}
	b := &pipeline.Rollback{Pipeline: h.Pipeline, Do: true}
	if err := b.Go(t.Context()); err == nil {
		t.Fatal("it went on")
	}
	dst.Fail = nil
	if gone, left := h.rollback(t, 0, true); len(gone) != 4 || len(left) > 0 || dst.CountOf(desk.KindTicket)+dst.CountOf(desk.KindContact) > 0 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	h.run(t)
	h.Target = sticky{dst}
	if _, left := h.rollback(t, 0, true); len(left) != 1 || dst.CountOf(desk.KindTicket) != 0 || dst.CountOf(desk.KindContact) != 1 {
		t.Errorf("left %q", left)
	}
}

// sticky deletes no contacts.
type sticky struct{ *mem.Desk }

func (d sticky) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if kind == desk.KindContact {
		return fmt.Errorf("contacts stay: %w", connectors.ErrUnsupported)
	}
	return d.Desk.Delete(ctx, kind, id)
}

// Two records of one person, of which one was made and the other joined it, are both
// made anew after a rollback.
func TestRollbackOfJoined(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c2"}, Name: "Ann", Emails: []string{"ann@example.test"}})
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Join = true
	h.run(t)
	first := h.run(t)
	h.rollback(t, 0, true)
	n := h.run(t)[desk.KindContact]
	if n.Created != 1 || n.Adopted != 1 || dst.CountOf(desk.KindContact) != 1 {
		t.Errorf("%+v, before %+v", n, first)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}
