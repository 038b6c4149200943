package connectors

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

// What a target has no room for is not read back from it, whatever stands there.
func TestOnlyKept(t *testing.T) {
	caps := Caps{Fields: map[desk.Kind][]string{desk.KindTicket: {"subject", "status"}, desk.KindContact: {"name"}}}
	at, who := time.Unix(1e9, 0), desk.Address{Email: "a@a.test"}
	ticket := &desk.Ticket{
		Meta: desk.Meta{ID: "1", URL: "https://desk.test/1", Created: at, Fields: map[string]any{"tier": "gold"}}, Number: "T1", Subject: "lamp", Status: desk.StatusOpen, Priority: desk.PriorityHigh, Tags: []string{"a"}, Due: at,
		Messages: []desk.Message{{ID: "theirs", From: who, To: []desk.Address{who}, BCC: []desk.Address{who}, Text: "x"}, {ID: "ours", Mark: "dh", From: who, Fields: map[string]any{"x": 1}, Text: "y"}},
	}
	if err := caps.OnlyKept(ticket); err != nil {
		t.Fatal(err)
	}
	want := &desk.Ticket{
		Meta: desk.Meta{ID: "1", URL: "https://desk.test/1", Created: at, Fields: map[string]any{"tier": "gold"}}, Number: "T1", Subject: "lamp", Status: desk.StatusOpen,
		Messages: []desk.Message{{ID: "theirs", Text: "x"}, {ID: "ours", Mark: "dh", From: who, Text: "y"}},
	}
	if d := cmp.Diff(want, ticket); d != "" {
		t.Error(d)
	}
	contact := &desk.Contact{Name: "A", Phones: []string{"1"}}
	if err := caps.OnlyKept(contact); err != nil || contact.Name != "A" || len(contact.Phones) > 0 {
		t.Errorf("%+v, %v", contact, err)
	}
}
