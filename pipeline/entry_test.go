package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Of a record that is read twice the later form wins.
func TestTwiceInOneStream(t *testing.T) {
	t.Parallel()
	bad := 0
	for range 30 {
		dst := new(mem.Desk)
		src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "old")}, {Record: tk("1", "new")}}}}
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		h.run(t)
		if only(t, dst).Subject != "new" {
			bad++
		}
	}
	if bad > 0 {
		t.Fatalf("%d of 30: the target says what the source said before", bad)
	}
}

// A source may repeat records; no message comes twice.
func TestRepeatedRecords(t *testing.T) {
	t.Parallel()
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{}}
	const n = 1500
	for i := range n {
		for range 3 {
			src.items[desk.KindTicket] = append(src.items[desk.KindTicket], connectors.Item{Record: tk(fmt.Sprint(i), "x", msg("a", "a", 1))})
		}
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Workers = 16
	h.run(t)
	if _, m := dst.Count(); m != n {
		t.Fatalf("%d messages of %d", m, n)
	}
}

// A record without an id is put aside.
func TestNoID(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("", "one")}, {Record: tk("", "two")}}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	got := h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 2 && len(h.fails) == 0 {
		t.Fatalf("%d tickets, and nobody said a word: %+v", n, got)
	}
}

// Two messages of one id are two messages if they differ.
func TestTwoMessagesOfOneID(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "first", 1))}}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	x := src.items[desk.KindTicket][0].Record.(*desk.Ticket)
	x.Messages = append(x.Messages, msg("a", "another of the same id", 2))
	got := h.run(t)
	if s := texts(only(t, dst)); s != "first|another of the same id" && len(h.fails) == 0 {
		t.Fatalf("%q and nobody said a word: %+v", s, got)
	}
}

// A ticket that was left out is brought whole, though the source yields only what is new.
func TestPartialAfterFilter(t *testing.T) {
	dst := new(mem.Desk)
	src := askable{&script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}}
	full := tk("1", "one", msg("a", "a", 1), msg("b", "b", 2))
	src.fetch = func(k desk.Kind, id desk.ID) (desk.Record, error) { return desk.Clone(full), nil }
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	keep := false
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		return pipeline.Verdict{Keep: keep, Rule: "x"}, nil
	}
	h.run(t)
	src.items[desk.KindTicket] = []connectors.Item{{Record: tk("1", "one", msg("b", "b", 2))}} // "A source that knows only the new ones of a changed ticket may leave the older out"
	keep = true
	h.run(t)
	if s := texts(only(t, dst)); s != "a|b" {
		t.Fatalf("messages %q", s)
	}
}

// A fault of ours over one record concerns no other.
func TestFaultOverOneRecord(t *testing.T) {
	src, dst := seed(t, 3), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		if tk, ok := r.(*desk.Ticket); ok && tk.Subject == "No. 1" {
			panic("odd record")
		}
		return pipeline.Verdict{Keep: true}, nil
	}
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 2 || len(h.fails) != 1 || h.fails[0].Reason != connectors.ReasonInternal {
		t.Fatalf("%d tickets, %+v", n, h.fails)
	}
}

// Of a ticket that is asked for whole, since only what is new of it was read, the mapping
// tells what it takes away once.
func TestWhatTheMappingTakesIsToldOnce(t *testing.T) {
	ticket := tk("1", "one", msg("a", "first", 1), msg("b", "second", 2))
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: ticket}}}}
	src.fetch = func(desk.Kind, desk.ID) (desk.Record, error) { return desk.Clone(ticket), nil }
	dst := new(mem.Desk)
	h := newHop(t, askable{src}, mem.Spec().Reads, dst, mem.Spec().Writes)
	dst.Fail = func(verb string, _ any) (error, error) {
		if verb == "create" {
			return connectors.Refuse(connectors.ReasonRefused, "", "no"), nil
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	h.MapHash, h.Map = "new", func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		x := r.(*desk.Ticket)
		x.Messages = slices.DeleteFunc(x.Messages, func(m desk.Message) bool { return m.ID == "b" })
		return pipeline.Verdict{
			Keep: true, Dropped: map[desk.ID]string{"b": "rule"},
			Losses: []connectors.Loss{{Field: "subject", Detail: "redacted"}},
		}, nil
	}
	h.losses = nil
	n := h.run(t)
	if n[desk.KindMessage].Skipped != 1 || len(h.losses) != 1 {
		t.Errorf("%+v, told %+v", n[desk.KindMessage], h.losses)
	}
}
