package rt

import (
	"errors"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// What RT refuses as an address a plan refuses, and nothing else.
func TestAddressesThatRTRefusesAreForeseen(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	for address, refused := range map[string]bool{"": false, "a@localhost": false, "o'neil+x@desk.example": false, "client4@": true, "не почта": true, "@desk.example": true, "a b@desk.example": true} {
		c := &desk.Contact{Meta: desk.Meta{ID: "c"}, Name: "C"}
		if address != "" {
			c.Emails = []string{address}
		}
		if _, err := d.Foresee(t.Context(), connectors.Write{Record: c}); errors.Is(err, connectors.ErrRefused) != refused {
			t.Errorf("%q: %v", address, err)
		}
	}
}
