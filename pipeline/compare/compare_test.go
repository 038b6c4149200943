package compare_test

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// Who has no name is called by the address in one system and not at all in another.
func TestAddressIsNoName(t *testing.T) {
	caps := connectors.Caps{} // keeps everything
	contact := func(name string) *desk.Contact {
		return &desk.Contact{Name: name, Emails: []string{"ann@customer.test", "c4@customer.test"}}
	}
	agent := func(name string) *desk.Agent { return &desk.Agent{Name: name, Email: "ann@desk.test"} }
	for _, x := range []struct {
		want, got desk.Record
		differ    int
	}{
		{contact("c4@customer.test"), contact(""), 0},
		{contact(""), contact("C4@Customer.test"), 0},
		{contact("c5@customer.test"), contact(""), 1},
		{contact("Ann"), contact("c4@customer.test"), 1},
		{agent("ann@desk.test"), agent(""), 0},
		{agent("Ann"), agent("ann@desk.test"), 1},
	} {
		if d := compare.Fields(x.want, x.got, caps); len(d) != x.differ {
			t.Errorf("%+v and %+v: %+v", x.want, x.got, d)
		}
	}
}
