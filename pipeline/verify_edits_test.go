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
	"github.com/deskhaul/deskhaul/pipeline"
)

// editing is a hop from a source that tells of edits, which edited a message since.
func editing(t *testing.T) (h *hop, src, dst *mem.Desk) {
	t.Helper()
	src, dst = verifiable(), new(mem.Desk)
	reads := mem.Spec().Reads
	reads.Edits = true
	h = newHop(t, src, reads, dst, mem.Spec().Writes)
	h.run(t)
	x := subjectOf(t, src, "subject 1")
	x.Messages[0].Text = "edited question"
	src.Seed(x)
	return h, src, dst
}

// What was sent before the source edited it is no difference: it waits for the note that
// tells it, and is settled when that is there.
func TestVerifyAfterAnEdit(t *testing.T) {
	h, _, _ := editing(t)
	if _, found := h.verified(t); len(found) != 1 || found[0].Class != pipeline.Waiting || found[0].ID != "1-1" {
		t.Errorf("before the run: %+v", found)
	}
	for range 2 { // the second remembers that it was told
		h.run(t)
		if _, found := h.verified(t); len(found) != 1 || found[0].Class != pipeline.Settled || found[0].Field != "text" {
			t.Errorf("after it: %+v", found)
		}
	}
}

// That nobody knows the text of before hides nothing: what says neither it nor that of now
// differs.
func TestVerifyAfterAnEditOnBothSides(t *testing.T) {
	h, _, dst := editing(t)
	h.run(t)
	y := subjectOf(t, dst, "subject 1")
	y.Messages[0].Text = "somebody else's question"
	dst.Seed(y)
	if _, found := h.verified(t); len(found) != 1 || found[0].Class != pipeline.Differs || found[0].Field != "text" {
		t.Errorf("%+v", found)
	}
}

// The note about an edit is one of those that are looked for.
func TestVerifyMissesTheNoteOfAnEdit(t *testing.T) {
	h, _, dst := editing(t)
	h.run(t)
	y := subjectOf(t, dst, "subject 1")
	y.Messages = slices.DeleteFunc(y.Messages, func(m desk.Message) bool { return strings.HasPrefix(m.Text, "[Edited in the source") })
	dst.Seed(y)
	if _, found := h.verified(t); len(differences(found)) != 1 || !strings.Contains(differences(found)[0].Detail, "about the edit of message 1-1") {
		t.Errorf("%+v", found)
	}
}

// A message that came late stands behind younger ones of an earlier run; of one run, and
// before what a later one brought, the order is the source's.
func TestVerifyKnowsLateMessages(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.old(t, func(x *desk.Ticket) {
		late := desk.Message{ID: "1-0", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(time.Hour), Text: "came late by mail"}
		x.Messages = []desk.Message{x.Messages[0], late, x.Messages[1]}
	})
	b.run(t)
	if _, found := b.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	for name, order := range map[string][]int{"of one run": {1, 0, 2}, "of a later run": {2, 0, 1}} {
		at := subjectOf(t, b.dst, "subject 1").Messages
		b.Target = cutter{b.dst, func(x *desk.Ticket) {
			if strings.HasPrefix(x.Subject, "subject 1") {
				x.Messages = []desk.Message{at[order[0]], at[order[1]], at[order[2]]}
			}
		}}
		if _, found := b.verified(t); len(found) != 1 || found[0].Field != "order" {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// A message whose answer was lost, and that the source edited before it was found, is told
// of as any other that was edited: the target has the text that was sent.
func TestEditedBeforeItWasFound(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	reads := mem.Spec().Reads
	reads.Edits = true
	h := newHop(t, src, reads, dst, mem.Spec().Writes)
	now := time.Now()
	dst.SearchLag, dst.Clock = time.Hour, func() time.Time { return now }
	h.Now = dst.Clock
	dst.Fail = func(verb string, r any) (before, after error) {
		if x, ok := r.(*desk.Ticket); ok && verb == "create" && x.Subject == "subject 1" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail, now = nil, now.Add(2*time.Hour)
	x := subjectOf(t, src, "subject 1")
	x.Messages[0].Text = "edited question"
	src.Seed(x)
	for range 2 {
		h.run(t)
		got := subjectOf(t, dst, "subject 1")
		if len(got.Messages) != 3 || got.Messages[0].Text != "question 1" || !strings.Contains(got.Messages[2].Text, "edited question") {
			t.Fatalf("%+v", got.Messages)
		}
		if _, found := h.verified(t); len(differences(found)) > 0 {
			t.Errorf("%+v", found)
		}
	}
}
