package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A tombstone adds a tag and takes none.
func TestDeletedTagKeepsTags(t *testing.T) {
	src, dst := seed(t, 1), new(mem.Desk)
	writes := mem.Spec().Writes
	writes.Tombstones = false
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.run(t)
	if err := src.Delete(t.Context(), desk.KindTicket, func() desk.ID { return only(t, src).ID }()); err != nil {
		t.Fatal(err)
	}
	dst.Fail = func(verb string, r any) (error, error) {
		if verb == "fetch" {
			return fmt.Errorf("503: %w", connectors.ErrBusy), nil
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	h.run(t)
	if tags := strings.Join(only(t, dst).Tags, " "); tags != "a b "+pipeline.DeletedTag {
		t.Fatalf("tags %q", tags)
	}
}

// A copy that is gone from the target is told as such.
func TestGoneAtTheTarget(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one")}}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	_ = dst.Delete(t.Context(), desk.KindTicket, only(t, dst).ID)
	src.items[desk.KindTicket][0].Record = tk("1", "two")
	h.run(t)
	for _, e := range h.fails {
		t.Logf("%s %s %s", e.Outcome, e.Reason, e.Detail)
		if e.Reason == connectors.ReasonVanished {
			t.Errorf("reason %q means gone from the source; it is gone at the target", e.Reason)
		}
	}
}

// A contact that others are one with is not marked deleted with its owner.
func TestOwnerOfASharedContactDeleted(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	ids := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}}, &desk.Contact{Name: "A again", Emails: []string{"a@a.test"}})
	fill(t, src, simpleTicket("one", ids[1]))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Join, h.Workers = true, 1
	h.run(t)
	row, _, _ := h.Ledger.Row(t.Context(), desk.KindContact, "", ids[0])
	gone := ids[0]
	if row.Joined {
		gone = ids[1]
	}
	if err := src.Delete(t.Context(), desk.KindContact, gone); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	for it, err := range dst.Read(t.Context(), desk.KindContact, "") {
		if err != nil {
			t.Fatal(err)
		}
		if it.Record.About().Deleted {
			t.Fatalf("the contact that another record of the source stands for is marked deleted")
		}
	}
}

// Where there is room for neither tombstones nor tags, a private note says once that
// the source no longer has the ticket, also if its answer was lost.
func TestDeletedWhereNothingSaysSo(t *testing.T) {
	src, dst := seed(t, 2), new(mem.Desk)
	writes := mem.Spec().Writes
	writes.Tombstones, writes.Idempotent = false, false
	writes.Fields = map[desk.Kind][]string{desk.KindTicket: {"subject", "status", "requester"}}
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.run(t)
	gone := ticketOf(t, src, "No. 1")
	if err := src.Delete(t.Context(), desk.KindTicket, gone.ID); err != nil {
		t.Fatal(err)
	}
	lost := false
	dst.Fail = oneByOne(func(verb string, _ any) (error, error) {
		if verb == "append" && !lost {
			lost = true
			return nil, fmt.Errorf("no answer: %w", connectors.ErrUnsure)
		}
		return nil, nil
	})
	for range 3 {
		h.run(t)
	}
	if !lost {
		t.Fatal("no answer was lost")
	}
	ms := ticketOf(t, dst, "No. 1").Messages
	if len(ms) != 3 || !ms[2].Note || !strings.Contains(ms[2].Text, "Deleted in the source") {
		t.Errorf("%d messages, the last %+v", len(ms), ms[len(ms)-1])
	}
	if n := len(ticketOf(t, dst, "No. 0").Messages); n == 0 || strings.Contains(ticketOf(t, dst, "No. 0").Messages[n-1].Text, "Deleted") {
		t.Error("the other ticket was touched")
	}
}

// The note that says so is one message, and counted as one.
func TestGoneTicketGetsOneNote(t *testing.T) {
	src, dst := seed(t, 2), new(mem.Desk)
	writes := mem.Spec().Writes
	writes.Tombstones = false
	writes.Fields = map[desk.Kind][]string{desk.KindTicket: {"subject", "status", "requester"}}
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.run(t)
	if err := src.Delete(t.Context(), desk.KindTicket, ticketOf(t, src, "No. 1").ID); err != nil {
		t.Fatal(err)
	}
	if n := h.run(t)[desk.KindMessage]; n.Created != 1 || n.Read != 1 {
		t.Errorf("counted as %+v", n)
	}
}

func ticketOf(t *testing.T, d *mem.Desk, subject string) *desk.Ticket {
	t.Helper()
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if tk := it.Record.(*desk.Ticket); tk.Subject == subject {
			return tk
		}
	}
	t.Fatalf("there is no %q", subject)
	return nil
}

// What a target has no room for is told once of each record and message that is
// written.
func TestNoRoomIsTold(t *testing.T) {
	src, dst := seed(t, 1), new(mem.Desk)
	writes := mem.Spec().Writes
	writes.AtOnce = 1
	writes.Fields = map[desk.Kind][]string{
		desk.KindTicket:  {"subject", "status", "requester", "created"},
		desk.KindMessage: {"text", "note"},
	}
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	told := func() map[string]int {
		out := map[string]int{}
		for _, e := range h.losses {
			out[e.Loss.Field]++
		}
		h.losses = nil
		return out
	}
	h.run(t)
	first := told()
	k := ticketOf(t, src, "No. 0")
	if first["tags"] != 1 || first["subject"] != 0 || first["message.author"] != len(k.Messages) || first["message.text"] != 0 {
		t.Errorf("told %v", first)
	}
	h.Run++
	if h.run(t); len(told()) != 0 {
		t.Error("a run that wrote nothing told of losses")
	}
}
