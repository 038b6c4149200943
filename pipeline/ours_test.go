package pipeline_test

import (
	"context"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// synced is a desk whose writes are durable only after Sync.
type synced struct{ *mem.Desk }

func (synced) Sync(context.Context) error { return nil }

// People that a killed run wrote to a target which kept them, while the ledger knows
// nothing of it, bear our mark: they count as made, and a rollback takes them back. Who
// stood there before stays.
func TestWhoBearsOurMarkIsOurs(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c2"}, Name: "Bo", Emails: []string{"bo@example.test"}})
	dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "stood"}, Name: "Bo", Emails: []string{"bo@example.test"}})
	w := mem.Spec().Writes
	w.Idempotent = true
	dst.Idempotent = true
	killed := newHop(t, src, mem.Spec().Reads, synced{dst}, w)
	killed.Join = true
	killed.run(t)
	h := newHop(t, src, mem.Spec().Reads, synced{dst}, w)
	h.Join = true
	if n := h.run(t)[desk.KindContact]; n.Created != 1 || n.Adopted != 1 {
		t.Errorf("%+v", n)
	}
	if n := h.run(t)[desk.KindContact]; n.Created+n.Updated+n.Adopted > 0 {
		t.Errorf("a second run: %+v", n)
	}
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	gone, left := h.rollback(t, 0, true)
	if len(gone) != 5 || len(left) > 0 || dst.CountOf(desk.KindTicket) != 0 || dst.CountOf(desk.KindContact) != 1 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
}
