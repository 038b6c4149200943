package zendesk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// Answers that others have kept for their own tests are understood.
func TestOthersFixtures(t *testing.T) {
	dir := filepath.Join(fixtures, "go-zendesk", "fixture", "GET")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("there are no recorded answers")
	}
	load := func(name string, into any) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = json.Unmarshal(b, into)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := newWords("")
	var fields struct {
		All []fieldShape `json:"ticket_fields"`
	}
	load("ticket_fields.json", &fields)
	w.fields[desk.KindTicket] = newFieldSet(desk.KindTicket, fields.All)
	if len(fields.All) == 0 || len(w.fields[desk.KindTicket].all) >= len(fields.All) {
		t.Errorf("%d fields, %d of them custom", len(fields.All), len(w.fields[desk.KindTicket].all))
	}
	var tickets struct {
		All []ticketShape `json:"tickets"`
	}
	load("tickets.json", &tickets)
	var comments struct {
		All []commentShape `json:"comments"`
	}
	load("ticket_comments.json", &comments)
	if len(tickets.All) == 0 || len(comments.All) == 0 {
		t.Fatalf("%d tickets, %d comments", len(tickets.All), len(comments.All))
	}
	for i := range tickets.All {
		tk := w.ticket(&tickets.All[i], comments.All, tickets.All[i].Due.Time)
		if tk.ID == "" || tk.Subject == "" || tk.Created.IsZero() || len(tk.Messages) != len(comments.All) || tk.Messages[0].At.IsZero() {
			t.Errorf("ticket %+v", tk)
		}
	}
	var users struct {
		All []userShape `json:"users"`
	}
	load("users.json", &users)
	for i := range users.All {
		if c := w.contact(&users.All[i]); c.ID == "" || c.Name == "" {
			t.Errorf("user %+v", c)
		}
	}
	var organizations struct {
		All []organizationShape `json:"organizations"`
	}
	load("organizations.json", &organizations)
	for i := range organizations.All {
		if o := w.organization(&organizations.All[i]); o.ID == "" || o.Name == "" {
			t.Errorf("organisation %+v", o)
		}
	}
}
