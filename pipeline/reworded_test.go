package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
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
