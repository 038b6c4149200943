package pipeline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// annGone deletes the contact that we made at the target, which takes nothing any more
// that names it, and merges it into another if there is to be one.
func annGone(t *testing.T, b *both, merged bool) (was desk.ID) {
	t.Helper()
	for _, r := range recordsOf(t, b.dst, desk.KindContact) {
		was = r.About().ID
	}
	if merged {
		b.dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "winner"}, Name: "Ann There", Emails: []string{"ann@example.test"}, Phones: []string{"1"}})
	}
	if err := b.dst.Delete(t.Context(), desk.KindContact, was); err != nil {
		t.Fatal(err)
	}
	b.dst.Fail = func(verb string, r any) (before, after error) {
		refused := connectors.Refuse(connectors.ReasonRefused, "", "no such user")
		switch r := r.(type) {
		case *desk.Message:
			if r.Author.Target == was {
				return refused, nil
			}
		case *desk.Ticket:
			if verb == "create" && r.Requester.Target == was {
				return refused, nil
			}
		}
		return nil, nil
	}
	return was
}

// more is news from the source: a message in a ticket that was brought, and a ticket.
func more(t *testing.T, b *both) {
	ann := desk.To(desk.KindContact, "c1")
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: ann, At: x.Created.Add(96 * time.Hour), Text: "more"})
	})
	at := subjectOf(t, b.src, "subject 1").Created
	b.src.Seed(&desk.Ticket{
		Meta: desk.Meta{ID: "5", Created: at}, Subject: "subject 5", Status: desk.StatusOpen, Requester: ann,
		Messages: []desk.Message{{ID: "5-1", Author: ann, At: at, Text: "new"}},
	})
}

// A contact that agents merged into another at the target is found by its address: what
// comes from it goes to that one, which is nobody's to delete.
func TestContactMergedAtTheTarget(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	annGone(t, b, true)
	more(t, b)
	n := b.run(t)
	first, fifth := subjectOf(t, b.dst, "subject 1"), subjectOf(t, b.dst, "subject 5")
	if len(b.fails) > 0 || len(first.Messages) != 3 || first.Messages[2].Author.ID != "winner" || fifth.Requester.ID != "winner" || fifth.Messages[0].Author.ID != "winner" {
		t.Errorf("%+v\n%+v\n%+v\n%+v", n, b.fails, first, fifth)
	}
	if len(b.said) != 1 || !strings.Contains(b.said[0], "winner stands for it from now on") {
		t.Errorf("%q", b.said)
	}
	if n := b.dst.CountOf(desk.KindContact); n != 1 {
		t.Errorf("%d contacts", n)
	}
	undone := map[desk.Kind]int{}
	back := &pipeline.Rollback{Pipeline: b.Pipeline, Told: func(u pipeline.Undone) { undone[u.Kind]++ }}
	if err := back.Go(t.Context()); err != nil || undone[desk.KindContact] != 0 {
		t.Errorf("%v, would delete %v", err, undone)
	}
}

// What changes in the source of a contact that was merged is written to what stands for
// it, but for what people changed there.
func TestMergedContactIsUpdated(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	annGone(t, b, true)
	b.src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Ann Old", Emails: []string{"ann@example.test"}, Language: "ru"})
	b.old(t, func(x *desk.Ticket) { x.Type = "task" }) // so that she is asked for
	for range 2 {
		b.run(t)
		r, err := b.dst.Fetch(t.Context(), desk.KindContact, "winner")
		if err != nil {
			t.Fatal(err)
		}
		if c := r.(*desk.Contact); c.Name != "Ann There" || c.Language != "ru" || len(c.Phones) != 1 || len(b.fails) > 0 {
			t.Errorf("%+v %+v", c, b.fails)
		}
	}
}

// Who was deleted at the target is not made again: what comes from there is put aside,
// and says over whom.
func TestContactDeletedAtTheTarget(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	annGone(t, b, false)
	more(t, b)
	b.run(t)
	if len(b.fails) != 2 || b.dst.CountOf(desk.KindContact) != 0 {
		t.Fatalf("%+v", b.fails)
	}
	for _, f := range b.fails {
		if f.Reason != connectors.ReasonConflict || !strings.Contains(f.Detail, "deleted at the target: contact c1") {
			t.Errorf("%+v", f)
		}
	}
	b.dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "anew"}, Name: "Ann", Emails: []string{"ann@example.test"}})
	b.RetryOnly = true
	if n := b.run(t); n[desk.KindTicket].Failed+n[desk.KindMessage].Failed > 0 || subjectOf(t, b.dst, "subject 5").Requester.ID != "anew" {
		t.Errorf("retry: %+v", n)
	}
}

// recalling finds people where they stood, whatever became of them.
type recalling struct {
	*mem.Desk
	stood desk.ID
}

func (d recalling) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if r.Kind() == desk.KindContact {
		return d.stood, nil
	}
	return d.Desk.Find(ctx, r)
}

// A target that finds somebody where it has just said that nobody is, is not believed.
func TestFoundWhereNobodyIs(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	was := annGone(t, b, false)
	more(t, b)
	b.Target = recalling{b.dst, was}
	b.run(t)
	if len(b.fails) != 2 {
		t.Fatalf("%+v", b.fails)
	}
	for _, f := range b.fails {
		if f.Reason != connectors.ReasonConflict || !strings.Contains(f.Detail, "deleted at the target: contact c1") {
			t.Errorf("%+v", f)
		}
	}
}
