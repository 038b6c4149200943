package znuny

import (
	"errors"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// An agent who asks is a customer of his own address: Znuny takes no agent's login for one.
// Of an agent for whom another stands in no address is known there.
func TestAgentWhoAsks(t *testing.T) {
	s := znunytest.New()
	s.AddUser("ann")
	c := configOf()
	c.Agents, c.StandIn = map[string]string{"ann@desk.test": "ann"}, "ann"
	target := targetOf(t, c, envOf(t, s.Transport()))
	asked := func(agent *desk.Agent) (connectors.Receipt, error) {
		t.Helper()
		got, err := target.Create(t.Context(), agent)
		if err != nil {
			t.Fatal(err)
		}
		return target.Create(t.Context(), &desk.Ticket{Subject: agent.Name, Requester: desk.Ref{Kind: desk.KindAgent, Target: got.ID}, Messages: []desk.Message{{ID: "m", Text: "x"}}})
	}
	got, err := asked(&desk.Agent{Name: "Ann", Email: "ann@desk.test"})
	if err != nil || len(got.Losses) == 0 {
		t.Fatalf("%v, losses %+v", err, got.Losses)
	}
	rec, err := target.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil || rec.(*desk.Ticket).Requester != desk.To(desk.KindContact, "ann@desk.test") {
		t.Errorf("%+v, %v", rec, err)
	}

	other := targetOf(t, c, envOf(t, s.Transport()))
	target = other
	if _, err := asked(&desk.Agent{Name: "Ben", Email: "ben@desk.test"}); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("who stands in is taken for who asked: %v", err)
	}
	c.Customer = "nobody@desk.test"
	if _, err := asked(&desk.Agent{Name: "Ben", Email: "ben@desk.test"}); err != nil {
		t.Error(err)
	}
}
