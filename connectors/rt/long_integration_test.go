//go:build integration

package rt

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// RT tells an account that is no superuser neither how long a ticket's history is nor
// that it has a second page; it is read to its end, and check tells.
func TestLongTicketOfOrdinaryAccount(t *testing.T) {
	s := rttest.StartReal(t)
	id := s.Do("POST", "ticket", object{"Queue": "General", "Subject": "long", "Requestor": "bob@kunde.test", "Content": "opening"})
	s.Talk(id, "230")
	s.Token = s.Ordinary(toRead(t)...)
	src := sourceOf(t, s)
	tickets, _ := read(t, src, desk.KindTicket, "")
	tk, ok := tickets[desk.ID(id)].(*desk.Ticket)
	if !ok || len(tickets) != 1 {
		t.Fatalf("%d tickets", len(tickets))
	}
	if len(tk.Messages) != 231 {
		t.Fatalf("%d messages, want 231", len(tk.Messages))
	}
	for i, m := range tk.Messages[1:] {
		if m.Text != fmt.Sprint("note ", i+1) || !m.Note {
			t.Fatalf("message %d is %q", i+1, m.Text)
		}
	}
	schema, err := src.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(schema.Notes) != 1 || !strings.Contains(schema.Notes[0].Text, "no superuser") {
		t.Errorf("check tells %+v", schema.Notes)
	}
}
