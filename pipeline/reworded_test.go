package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// nameless is a target that keeps no marks of messages, and does not say what those are
// called that come with a ticket: as Zendesk does not, when it imports one.
type nameless struct{ *mem.Desk }

func (d nameless) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	got, err := d.Desk.Create(ctx, r)
	got.Messages = nil
	return got, err
}

// toNameless is a hop of one ticket of two messages, with edits.
func toNameless(t *testing.T) (h *hop, src, dst *mem.Desk) {
	t.Helper()
	src, dst = new(mem.Desk), new(mem.Desk)
	dst.NoMessageMarks = true
	src.Seed(tk("1", "one", msg("a", "first", 1), msg("b", "second", 2)))
	reads := mem.Spec().Reads
	reads.Edits = true
	_, writes := dst.Caps(reads, mem.Spec().Writes)
	h = newHop(t, src, reads, nameless{dst}, writes)
	return h, src, dst
}

// What the source edited after it came with its ticket is there, as a verification sees,
// also where nothing but its time tells which message it is.
func TestVerifyAfterAnEditOfANamelessMessage(t *testing.T) {
	h, src, _ := toNameless(t)
	h.run(t)
	src.Seed(tk("1", "one", msg("a", "first, edited", 1), msg("b", "second", 2)))
	h.run(t)
	if _, found := h.verified(t); len(differences(found)) > 0 {
		t.Errorf("%+v", differences(found))
	}
}

// killedCreating loses the answer to the making of a ticket, and the process with it.
func killedCreating(t *testing.T, h *hop, dst *mem.Desk) {
	t.Helper()
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "create" {
			h.life.dead.Store(true)
			return nil, errDead
		}
		return nil, nil
	}
	h.Run++
	if _, err := h.Go(t.Context()); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	dst.Fail = nil
	h.open(t)
}

// killedTakingBack begins a rollback and kills the process before anything is deleted.
func killedTakingBack(t *testing.T, h *hop, dst *mem.Desk) {
	t.Helper()
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
}

// A message that came with a ticket whose making was answered by nobody, and that the
// source edited before that was found out, is not written again: a note tells of the edit.
func TestEditedBeforeItWasFoundWithoutAName(t *testing.T) {
	h, src, dst := toNameless(t)
	killedCreating(t, h, dst)
	src.Seed(tk("1", "one", msg("a", "first, edited", 1), msg("b", "second", 2)))
	h.run(t)
	h.run(t)
	got := texts(only(t, dst))
	if rest, first := strings.CutPrefix(got, "first|second|[Edited"); !first || strings.Count(rest, "first, edited") != 1 || strings.Contains(rest, "|") {
		t.Errorf("it says %q", got)
	}
}

// Nor where a note told of the edit before a rollback was killed over its ticket.
func TestEditedBeforeAKilledRollback(t *testing.T) {
	h, src, dst := toNameless(t)
	h.run(t)
	src.Seed(tk("1", "one", msg("a", "first, edited", 1), msg("b", "second", 2)))
	for range 2 { // the second remembers that it was told
		h.run(t)
	}
	killedTakingBack(t, h, dst)
	h.run(t)
	if got := texts(only(t, dst)); strings.Count(got, "first, edited") != 1 {
		t.Errorf("it says %q", got)
	}
}

// One that the source deleted before that was found out may be there: nothing says that it
// is not.
func TestDeletedBeforeItWasFound(t *testing.T) {
	h, src, dst := toNameless(t)
	killedCreating(t, h, dst)
	src.Seed(tk("1", "one", msg("a", "first", 1)))
	h.run(t)
	var told []string
	for _, e := range h.fails {
		told = append(told, e.Detail)
	}
	if all := strings.Join(told, "\n"); !strings.Contains(all, "whether it arrived cannot be told") {
		t.Errorf("it told %q", all)
	}
}

// The private note with what was left over came with its ticket, and is not written again
// because the source's ticket changed meanwhile.
func TestLeftoversAreFoundWithoutAName(t *testing.T) {
	h, src, dst := toNameless(t)
	h.Leftovers = true
	h.Writes.Fields = map[desk.Kind][]string{desk.KindTicket: {"mark", "subject", "status"}, desk.KindMessage: {"at", "text", "note"}}
	one := tk("1", "one", msg("a", "first", 1))
	one.Channel = "email"
	now := time.Unix(1e9, 0)
	src.Clock = func() time.Time { return now }
	src.Seed(one)
	killedCreating(t, h, dst)
	now = now.Add(time.Hour)
	one.Messages = append(one.Messages, msg("b", "second", 20))
	src.Seed(one)
	for range 2 {
		h.run(t)
	}
	if got := texts(only(t, dst)); strings.Count(got, "[What this system has no room for") != 1 || strings.Count(got, "second") != 1 {
		t.Errorf("it says %q", got)
	}
}

// Nor after a rollback that was killed.
func TestLeftoversAfterAKilledRollback(t *testing.T) {
	h, src, dst := toNameless(t)
	h.Leftovers = true
	h.Writes.Fields = map[desk.Kind][]string{desk.KindTicket: {"mark", "subject", "status"}, desk.KindMessage: {"at", "text", "note"}}
	one := tk("1", "one", msg("a", "first", 1))
	one.Channel = "email"
	src.Seed(one)
	h.run(t)
	killedTakingBack(t, h, dst)
	for range 3 {
		h.run(t)
	}
	if got := texts(only(t, dst)); strings.Count(got, "[What this system has no room for") != 1 {
		t.Errorf("it says %q", got)
	}
}

// What came with a ticket that agents merged before it was found is known, though messages
// of the one that it was merged into have marks and its own have none.
func TestFoundAmongMarksOfAnother(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	src.Seed(tk("1", "one", msg("a", "first", 1)))
	h := newHop(t, src, mem.Spec().Reads, nameless{dst}, mem.Spec().Writes)
	killedCreating(t, h, dst)
	x := only(t, dst)
	x.Messages[0].Mark = "" // as it is where only what is added later has one
	x.MergedInto = desk.To(desk.KindTicket, "into")
	into := tk("into", "another", desk.Message{ID: "m", Text: "marked", Mark: "theirs", At: time.Unix(2, 0)})
	dst.Seed(into, x)
	h.Conflicts = pipeline.TargetWins
	h.run(t)
	if got := texts(subjectOf(t, dst, "another")); got != "marked" {
		t.Errorf("it was written again: %q", got)
	}
}
