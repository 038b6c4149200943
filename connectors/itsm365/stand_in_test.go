package itsm365

import (
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Who is nobody there is refused, with what to do; where somebody stands for them, that is
// told, and what they wrote names them.
func TestStandIn(t *testing.T) {
	s, c := installation()
	s.Add("employee$employee", map[string]any{"lastName": "Анна", "email": "ann@desk.test"})
	d := targetOf(t, s, c)
	gone := &desk.Agent{Meta: desk.Meta{ID: "7"}, Name: "Root"}
	_, err := d.Create(t.Context(), gone)
	if !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "stand_in") || !strings.Contains(err.Error(), "agent 7 (Root)") {
		t.Error(err)
	}
	c.StandIn = "ann@desk.test"
	if _, err := d.Describe(t.Context()); err != nil {
		t.Error(err)
	}
	foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: gone})
	if err != nil || len(foreseen) != 1 {
		t.Errorf("foreseen %v, %v", foreseen, err)
	}
	got, err := d.Create(t.Context(), gone)
	if err != nil || !got.Adopted || len(got.Losses) != 1 || got.Losses[0].Field != "email" {
		t.Fatalf("%+v, %v", got, err)
	}
	ticket := asks(t, d)
	ticket.Messages[0].From, ticket.Messages[0].Author = desk.Address{}, desk.Ref{Kind: desk.KindAgent, ID: "7", Target: got.ID}
	made, err := d.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	said := desk.Message{ID: "n", Mark: aMark + "n", At: morning, Author: ticket.Messages[0].Author, Text: "Готово", Note: true}
	if _, err := d.Append(t.Context(), made.ID, &said); err != nil {
		t.Fatal(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range back.(*desk.Ticket).Messages {
		if m.From.Name != "Root" {
			t.Errorf("message %q is from %+v", m.Text, m.From)
		}
	}
	c.StandIn = "nobody@desk.test"
	if _, err := d.Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "stand_in") {
		t.Error(err)
	}
}
