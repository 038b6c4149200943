package mbox

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// What deskhaul writes into a mailbox its own source reads back unchanged: cover,
// ids, notes, and the records that mail has no place for.
func TestWrittenMailboxReadsBack(t *testing.T) {
	at := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	ticket := &desk.Ticket{
		Meta:    desk.Meta{ID: "77", Mark: "m77", Created: at, Fields: map[string]any{"plan": "gold"}},
		Subject: "Насос", Status: desk.StatusSolved, Number: "A-77", Channel: "phone", Tags: []string{"vip"},
		Messages: []desk.Message{
			{ID: "1", Mark: "m1", From: desk.Address{Name: "Jo", Email: "jo@example.test"}, At: at, Text: "It leaks.\n"},
			{ID: "2", Mark: "m2", From: desk.Address{Name: "Ann", Email: "ann@example.com"}, At: at.Add(time.Hour), Note: true, Text: "Again."},
		},
	}
	contact := &desk.Contact{Meta: desk.Meta{ID: "5", Mark: "m5"}, Name: "Jo", Emails: []string{"jo@example.test"}, Phones: []string{"+1 2"}}
	r := newRig(t, filepath.Join(t.TempDir(), "out.mbox"))
	target, err := Spec().Target(t.Context(), r.config, testEnv(t, new(conntest.State)))
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range []desk.Record{contact, ticket} {
		if _, err := target.Create(t.Context(), desk.Clone(rec)); err != nil {
			t.Fatal(err)
		}
	}
	if s, ok := target.(connectors.Syncer); ok {
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c, ok := target.(connectors.Closer); ok {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	h := r.run()
	if len(h.tickets) != 1 || len(h.asides) != 0 {
		t.Fatalf("%d tickets, %d asides", len(h.tickets), len(h.asides))
	}
	got := h.tickets[0]
	if diff := cmp.Diff(desk.PrintsOf(ticket), desk.PrintsOf(got)); diff != "" || got.ID != ticket.ID {
		t.Errorf("ticket %s: %s", got.ID, diff)
	}
	if len(got.Messages) != 2 || got.Messages[0].Print() != ticket.Messages[0].Print() || got.Messages[1].Print() != ticket.Messages[1].Print() {
		t.Errorf("messages: %s", cmp.Diff(ticket.Messages, got.Messages))
	}
	src, err := r.source()
	if err != nil {
		t.Fatal(err)
	}
	people := 0
	for item, err := range src.Read(t.Context(), desk.KindContact, "") {
		if err != nil {
			t.Fatal(err)
		}
		people++
		if diff := cmp.Diff(desk.PrintsOf(contact), desk.PrintsOf(item.Record)); diff != "" || item.Record.About().ID != "5" {
			t.Errorf("contact: %s", diff)
		}
	}
	if people != 1 {
		t.Errorf("%d contacts, want the one that was written", people)
	}
}
