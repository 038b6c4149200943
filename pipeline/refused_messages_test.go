package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A message that a rule dropped comes when the rule is gone.
func TestMessageNoLongerDropped(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1), msg("b", "b", 2))}}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.MapHash = "1"
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		x := r.(*desk.Ticket)
		x.Messages = x.Messages[:1]
		return pipeline.Verdict{Keep: true, Dropped: map[desk.ID]string{"b": "messages.drop.x"}}, nil
	}
	h.run(t)
	h.MapHash, h.Map = "2", nil
	got := h.run(t)
	if s := texts(only(t, dst)); s != "a|b" {
		t.Fatalf("messages %q, counts %+v", s, got)
	}
}

// A refused message is tried again in the form that a new mapping gives it.
func TestRefusedMessageUnderNewMapping(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1), msg("b", "long", 2))}}}}
	writes := mem.Spec().Writes
	writes.AtOnce = 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	dst.Fail = func(verb string, r any) (error, error) {
		if m, ok := r.(*desk.Message); ok && m.Text == "long" {
			return connectors.ErrRefused, nil
		}
		return nil, nil
	}
	h.run(t)
	h.MapHash = "2"
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		r.(*desk.Ticket).Messages[1].Text = "b"
		return pipeline.Verdict{Keep: true}, nil
	}
	h.run(t)
	if s := texts(only(t, dst)); s != "a|b" {
		t.Fatalf("messages %q", s)
	}
}

// A message that failed for now holds back those after it.
func TestMessagesKeepTheirOrder(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1), msg("b", "b", 2), msg("c", "c", 3))}}}}
	writes := mem.Spec().Writes
	writes.AtOnce = 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	once := true
	dst.Fail = oneByOne(func(verb string, r any) (error, error) {
		if m, ok := r.(*desk.Message); ok && m.Text == "b" && once {
			once = false
			return errors.New("connection refused"), nil
		}
		return nil, nil
	})
	h.run(t)
	h.run(t)
	if s := texts(only(t, dst)); s != "a|b|c" {
		t.Fatalf("messages %q", s)
	}
}

// Nobody goes on when the account is denied.
func TestDeniedAppendEndsTheRun(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{}}
	for i := range 50 {
		src.items[desk.KindTicket] = append(src.items[desk.KindTicket], connectors.Item{Record: tk(fmt.Sprint(i), "x", msg("a", "a", 1), msg("b", "b", 2))})
	}
	writes := mem.Spec().Writes
	writes.AtOnce = 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	var n atomic.Int64
	dst.Fail = func(verb string, r any) (error, error) {
		if verb == "append" {
			n.Add(1)
			return fmt.Errorf("account suspended: %w", connectors.ErrDenied), nil
		}
		return nil, nil
	}
	h.Run = 1
	got, err := h.Go(t.Context())
	if err == nil {
		t.Fatalf("the run ended well after %d denied appends: %+v", n.Load(), got)
	}
}

// Appends that fail one after the other end the run, as creates do.
func TestTargetGoneWhileAppending(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{}}
	for i := range 100 {
		src.items[desk.KindTicket] = append(src.items[desk.KindTicket], connectors.Item{Record: tk(fmt.Sprint(i), "x")})
	}
	writes := mem.Spec().Writes
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.run(t)
	for i := range 100 {
		x := src.items[desk.KindTicket][i].Record.(*desk.Ticket)
		x.Messages = []desk.Message{msg("a", "a", 1)}
	}
	var n atomic.Int64
	dst.Fail = func(verb string, r any) (error, error) {
		n.Add(1)
		return errors.New("connection refused"), nil
	}
	h.Run++
	got, err := h.Go(t.Context())
	if err == nil {
		t.Fatalf("the run ended well after %d failed calls: %+v", n.Load(), got)
	}
}

// A refused message is not tried again because another is in doubt.
func TestRefusedMessageStaysRefused(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {
		{Record: tk("1", "one", msg("a", "a", 1))},
	}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	x := src.items[desk.KindTicket][0].Record.(*desk.Ticket)
	x.Messages = append(x.Messages, msg("b", "refused", 2), msg("c", "c", 3))
	refusals := 0
	dst.Fail = oneByOne(func(verb string, r any) (error, error) {
		if m, ok := r.(*desk.Message); ok && m.Text == "refused" {
			refusals++
			return connectors.ErrRefused, nil
		}
		if m, ok := r.(*desk.Message); ok && m.Text == "c" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	})
	h.run(t)
	h.run(t)
	if refusals != 1 {
		t.Fatalf("the refused message was tried %d times without a retry", refusals)
	}
}

// A message that the source cannot read stays in quarantine.
func TestUnreadableMessageAfterRetry(t *testing.T) {
	dst := new(mem.Desk)
	src := askable{&script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {
		{Record: tk("1", "one", msg("a", "a", 1))},
		{Aside: &connectors.Aside{Kind: desk.KindMessage, ID: "torn", Parent: "1", Reason: connectors.ReasonUnreadable, Detail: "line 7"}},
	}}}}
	src.fetch = func(k desk.Kind, id desk.ID) (desk.Record, error) { return desk.Clone(src.items[k][0].Record), nil }
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.RetryOnly = true
	h.run(t)
	row, _, err := h.Ledger.Row(t.Context(), desk.KindMessage, "1", "torn")
	if err != nil || row.State != checkpoints.Failed {
		t.Fatalf("%+v %v", row, err)
	}
}

// What the source cannot read keeps its reason and place after a retry.
func TestUnreadableRecordAfterRetry(t *testing.T) {
	dst := new(mem.Desk)
	src := askable{&script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {
		{Aside: &connectors.Aside{Kind: desk.KindTicket, ID: "torn", Reason: connectors.ReasonUnreadable, Detail: "line 7"}},
	}}}}
	src.fetch = func(k desk.Kind, id desk.ID) (desk.Record, error) { return nil, connectors.ErrNotFound }
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.RetryOnly = true
	h.run(t)
	row, _, err := h.Ledger.Row(t.Context(), desk.KindTicket, "", "torn")
	if err != nil || row.Reason != string(connectors.ReasonUnreadable) || row.Detail != "line 7" {
		t.Fatalf("%s %s %q %v", row.State, row.Reason, row.Detail, err)
	}
}
