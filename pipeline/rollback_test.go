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
	if want := []string{"ticket 1: somebody changed it since: status", "ticket 2: somebody wrote a message into it since", "contact c1: something that stays refers to it"}; !slices.Equal(left, want) {
		t.Errorf("left %q", left)
	}
	if n := h.run(t); n[desk.KindTicket].Created != 2 {
		t.Errorf("a later run: %+v", n)
	}
}

// Nor is one deleted of which somebody edited a message: its text is known from the source
// and the mapping. What those say otherwise by now is not taken for an edit.
func TestRollbackLeavesWhatWasEdited(t *testing.T) {
	for name, knobs := range map[string]mem.Knobs{"marks": {}, "no marks": {NoMessageMarks: true}, "one at once": {AtOnce: 1}} {
		t.Run(name, func(t *testing.T) {
			src, dst := verifiable(), &mem.Desk{Knobs: knobs}
			reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			reads.Edits = true
			h := newHop(t, src, reads, dst, writes)
			h.run(t)
			edited := subjectOf(t, dst, "subject 1")
			edited.Messages[1].Text += " [and more]"
			dst.Seed(edited)
			other := subjectOf(t, src, "subject 2")
			other.Messages[0].Text += ", edited in the source"
			src.Seed(other)
			want := "ticket 1: somebody edited messages of it since: 1-2"
			for _, do := range []bool{false, true} {
				gone, left := h.rollback(t, 0, do)
				if len(gone) != 3 || len(left) != 2 || left[0] != want {
					t.Errorf("deleted %q, left %q", gone, left)
				}
			}
		})
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
	if gone, left := h.rollback(t, 1, false); len(gone) != 3 || len(left) != 2 || left[0] != "ticket 1: run 2 went on with it: take that back first, or all of them" {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	want := []string{"ticket 1: the run went on with it: what it changed of its fields stays, for what they said before is not kept"}
	for _, do := range []bool{false, true} {
		if gone, left := h.rollback(t, 2, do); !slices.Equal(gone, []string{"message 1-3", "ticket 5"}) || !slices.Equal(left, want) {
			t.Errorf("deleted %q, left %q", gone, left)
		}
	}
	if n := h.run(t); n[desk.KindMessage].Created != 1 || n[desk.KindTicket].Created != 1 {
		t.Errorf("a later run: %+v", n)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	h.rollback(t, 3, true)
	if gone, left := h.rollback(t, 1, true); len(gone) != 5 || len(left) > 0 || dst.CountOf(desk.KindTicket)+dst.CountOf(desk.KindContact) > 0 {
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

// A rollback that is killed leaves nothing in doubt for good: the next one goes on, and a
// run makes anew what is gone, once.
func TestRollbackKilled(t *testing.T) {
	for name, goOn := range map[string]func(*testing.T, *hop) bool{
		"rollback": func(t *testing.T, h *hop) bool {
			gone, left := h.rollback(t, 0, true)
			return len(gone) == 5 && len(left) == 0
		},
		"run": func(t *testing.T, h *hop) bool { return h.run(t)[desk.KindTicket].Created == 2 },
	} {
		t.Run(name, func(t *testing.T) {
			src, dst := verifiable(), new(mem.Desk)
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.run(t)
			n := 0
			dst.Fail = func(verb string, _ any) (before, after error) {
				if verb == "delete" {
					if n++; n == 3 {
						panic("killed")
					}
				}
				return nil, nil
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Error("it was not killed")
					}
				}()
				_ = (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context())
			}()
			dst.Fail = nil
			h.open(t)
			if !goOn(t, h) {
				t.Error("it did not go on where it was")
			}
			h.run(t)
			if _, found := h.verified(t); len(found) > 0 || dst.CountOf(desk.KindTicket) != 4 || dst.CountOf(desk.KindContact) != 1 {
				t.Errorf("%+v", found)
			}
		})
	}
}

// A message of one run that was being taken out when the rollback was killed is taken
// out by the next, or appended anew by a run.
func TestRollbackOfMessagesKilled(t *testing.T) {
	for _, next := range []string{"rollback", "run"} {
		t.Run(next, func(t *testing.T) {
			src, dst := verifiable(), new(mem.Desk)
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.run(t)
			first := recordsOf(t, src, desk.KindTicket)[0].(*desk.Ticket)
			for i := range 2 {
				first.Messages = append(first.Messages, desk.Message{ID: desk.ID(fmt.Sprint("late", i)), At: first.Created.AddDate(0, 0, 2+i), Text: fmt.Sprint("later ", i)})
			}
			src.Seed(first)
			h.run(t)
			dst.Fail = func(verb string, _ any) (before, after error) {
				if verb == "delete" {
					dst.Fail = nil
					return nil, connectors.ErrDenied
				}
				return nil, nil
			}
			if err := (&pipeline.Rollback{Pipeline: h.Pipeline, Of: 2, Do: true}).Go(t.Context()); !errors.Is(err, connectors.ErrDenied) {
				t.Fatal(err)
			}
			h.open(t)
			if next == "rollback" {
				if gone, _ := h.rollback(t, 2, true); !slices.Equal(gone, []string{"message late0", "message late1"}) {
					t.Errorf("took out %q", gone)
				}
			}
			h.run(t)
			if _, found := h.verified(t); len(found) > 0 {
				t.Errorf("%+v", found)
			}
		})
	}
}

// A deletion after which nothing more will be accepted is the last one, also where it is not
// known whether it happened: it is not made again, and what the target said is not lost.
func TestRollbackStopsWhenDenied(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	deleted := 0
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb != "delete" {
			return nil, nil
		}
		if deleted++; deleted == 2 {
			return nil, connectors.Mailed(fmt.Errorf("somebody was told: %w: %w", connectors.ErrDenied, connectors.ErrUnsure))
		}
		return nil, nil
	}
	err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(t.Context())
	if !errors.Is(err, connectors.ErrMailed) || deleted != 2 {
		t.Errorf("%d deletions, then %v", deleted, err)
	}
}

// A target that takes back no single messages keeps those of a run, and that is told.
func TestRollbackLeavesMessages(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	first := recordsOf(t, src, desk.KindTicket)[0].(*desk.Ticket)
	first.Messages = append(first.Messages, desk.Message{ID: "late", At: first.Created.AddDate(0, 0, 2), Text: "later"})
	src.Seed(first)
	h.run(t)
	before := dst.Dump()
	h.Target = struct {
		connectors.Target
		connectors.Fetcher
		connectors.Deleter
	}{dst, dst, dst}
	_, left := h.rollback(t, 2, true)
	if !slices.ContainsFunc(left, func(s string) bool {
		return s == "message late: the target takes back no single messages: delete it there by hand"
	}) || dst.Dump() != before {
		t.Errorf("left %q", left)
	}
	h.Target = dst
	h.run(t)
	if _, found := h.verified(t); len(found) > 0 || dst.Dump() != before {
		t.Errorf("%+v", found)
	}
}
