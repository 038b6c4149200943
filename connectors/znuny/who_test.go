package znuny

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// Who wrote something stays who it was when it was read first, whatever is learnt of them
// later: what was moved would else differ from what is read again. Who is known in time is
// known.
func TestWhoItIsStaysSo(t *testing.T) {
	s := sourceOf(t, configOf(), envOf(t, znunytest.New().Transport()))
	c := &s.census
	who := func(agent bool, address string) string {
		t.Helper()
		ask := c.customer
		if agent {
			ask = c.colleague
		}
		ref, err := ask(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		return string(ref.ID)
	}
	known := []entry{
		{Kind: desk.KindAgent, ID: "ann", Email: "ann@desk.test"},
		{Kind: desk.KindAgent, ID: "ben", Email: "ben@desk.test"},
		{Kind: desk.KindContact, ID: "olga", Email: "olga@a.test"},
		{Kind: desk.KindContact, ID: "zoe", Email: "zoe@a.test"},
	}
	if got := who(true, "ann@desk.test") + " " + who(false, "Olga@a.test"); got != " olga@a.test" {
		t.Errorf("before they are known: %q", got)
	}
	if err := c.note(t.Context(), known...); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := who(true, "ann@desk.test") + " " + who(false, "olga@a.test"); got != " olga@a.test" {
			t.Errorf("now they are %q", got)
		}
		if got := who(true, "BEN@desk.test") + " " + who(false, "zoe@a.test"); got != "ben zoe" {
			t.Errorf("the others are %q", got)
		}
	}
}
