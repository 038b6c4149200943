package itsm365

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A source that says who wrote a message by a reference alone, as Freshdesk does of notes: the
// line at the top names them, customer or agent.
func TestAuthorIsNamedAtTheTop(t *testing.T) {
	s, c := installation()
	ann := s.Add("employee$employee", map[string]any{"lastName": "Иванова", "firstName": "Анна", "email": "anna@desk.test"})
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	customer := ticket.Requester
	ticket.Messages[0].From, ticket.Messages[0].Author = desk.Address{}, customer
	c.StandIn = "anna@desk.test" // who stands in for others writes herself too
	if _, err := d.Find(t.Context(), &desk.Agent{Meta: desk.Meta{ID: "6"}, Name: "Anna", Email: "anna@desk.test"}); err != nil {
		t.Fatal(err)
	}
	got, err := d.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Create(t.Context(), &desk.Agent{Meta: desk.Meta{ID: "7"}, Name: "Иванова Анна", Email: "anna@desk.test"}); err != nil {
		t.Fatal(err)
	}
	agent := desk.Ref{Kind: desk.KindAgent, ID: "7", Target: desk.ID(ann)}
	for i, m := range []desk.Message{
		{ID: "n", Mark: aMark + "n", At: morning, Author: agent, Text: "Между нами", Note: true},
		{ID: "o", Mark: aMark + "o", At: morning, Author: desk.Ref{Kind: desk.KindAgent, ID: "8", Target: "employee$999999"}, Text: "Кто это?"},
		{ID: "a", Mark: aMark + "a", At: morning, Author: desk.Ref{Kind: desk.KindAgent, ID: "6", Target: desk.ID(ann)}, Text: "От нас"},
		{ID: "f", Mark: aMark + "f", At: morning, Author: desk.Ref{Kind: desk.KindContact, ID: "found", Target: customer.Target}, Text: "Это я"}, // was found, not made
	} {
		if _, err := d.Append(t.Context(), got.ID, &m); err != nil {
			t.Fatal(i, err)
		}
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Помогите": "olga@a.test", "Между нами": "anna@desk.test", "Кто это?": "", "Это я": "olga@a.test", "От нас": "anna@desk.test"}
	for _, m := range back.(*desk.Ticket).Messages {
		if m.From.Email != want[m.Text] || (m.From.Name == "") != (want[m.Text] == "") {
			t.Errorf("%q is from %+v, want %s", m.Text, m.From, want[m.Text])
		}
	}
}
