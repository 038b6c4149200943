package znuny

import (
	"errors"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// An author of whom nothing was kept, as who is one person with somebody of another source, is
// named by what Znuny knows them by; who stands in for others is not.
func TestWhoIs(t *testing.T) {
	c := configOf()
	c.Customer, c.StandIn = "nobody@acme.test", "stand.in"
	d := targetOf(t, c, envOf(t, znunytest.New().Transport()))
	if err := d.env.State.Put(t.Context(), addressKey("anna"), []byte("anna@desk.test")); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[desk.Ref]desk.Address{
		{Kind: desk.KindContact, ID: "1", Target: "olga@a.test"}:      {Email: "olga@a.test"},
		{Kind: desk.KindContact, ID: "2", Target: "nobody@acme.test"}: {},
		{Kind: desk.KindAgent, ID: "1", Target: "anna"}:               {Email: "anna@desk.test"},
		{Kind: desk.KindAgent, ID: "2", Target: "boris"}:              {Name: "boris"},
		{Kind: desk.KindAgent, ID: "3", Target: "stand.in"}:           {},
	} {
		got, err := d.called().Writer(t.Context(), &desk.Message{Author: who})
		if err != nil || got != want {
			t.Errorf("%+v: %+v, %v, want %+v", who, got, err, want)
		}
	}
	if _, err := d.whoIs(t.Context(), desk.Ref{Kind: desk.KindAgent, Target: "stand.in"}); !errors.Is(err, connectors.ErrNotFound) {
		t.Error(err)
	}
}
