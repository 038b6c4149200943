package pipeline_test

import (
	"errors"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A mail that came twice, as lists send them, is two messages that look the same. Where a
// target keeps no marks, both are found there after an answer that was lost, and verify
// finds both; a third one it tells, as written by others.
func TestMessagesThatLookTheSame(t *testing.T) {
	src, dst := new(mem.Desk), &mem.Desk{Knobs: mem.Knobs{NoMessageMarks: true}}
	reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	src.Seed(tk("1", "one", msg("a", "help", 1), msg("b", "thanks", 2), msg("c", "thanks", 2), msg("d", "bye", 3)))
	h := newHop(t, src, reads, dst, writes)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "create" {
			h.life.dead.Store(true)
			return nil, errDead // it was made, and nobody heard of it
		}
		return nil, nil
	}
	h.Run++
	if _, err := h.Go(t.Context()); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	dst.Fail = nil
	h.open(t)
	h.run(t)
	if got := texts(only(t, dst)); len(h.fails) > 0 || got != "help|thanks|thanks|bye" {
		t.Errorf("%q, failed: %+v", got, h.fails)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	x := only(t, dst)
	x.Messages = append(x.Messages, desk.Message{ID: "e", Text: "thanks", At: x.Messages[1].At, Author: x.Messages[1].Author})
	dst.Seed(x)
	if _, found := h.verified(t); len(found) != 1 || found[0].Class != pipeline.Added || found[0].ID != "e" {
		t.Errorf("a third one: %+v", found)
	}
}
