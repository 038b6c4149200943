package freshdesk

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// A canary's contact comes back from the trash for the next canary, and for nobody else;
// nobody else comes back for a canary, and nobody at all whom we did not make.
func TestWhoComesBackForACanary(t *testing.T) {
	const person = "Ivan"
	for _, of := range []struct {
		there, next string
		marked      bool
		back        bool
	}{
		{connectors.CanaryName, connectors.CanaryName, true, true},
		{connectors.CanaryName, person, true, false},
		{person, connectors.CanaryName, true, false},
		{connectors.CanaryName, connectors.CanaryName, false, false},
		{person, person, true, false},
	} {
		s := freshdesktest.New()
		d, _ := targetOf(t, s, func(*Config) {})
		there := freshdesktest.Contact{Name: of.there, Email: "me@a.test", Deleted: true}
		if of.marked {
			there.ExternalID = weather.Marks(desk.KindContact, "", "earlier")
		}
		id := idOf(s.AddContact(there))
		next := &desk.Contact{Meta: desk.Meta{ID: "next", Mark: weather.Marks(desk.KindContact, "", "next")}, Name: of.next, Emails: []string{"me@a.test"}}
		got, err := d.Create(t.Context(), next)
		if back := err == nil && got.ID == id && !got.Adopted; back != of.back {
			t.Errorf("%+v: %+v (%v)", of, got, err)
		}
		if !of.back && connectors.ReasonOf(err) != connectors.ReasonConflict {
			t.Errorf("%+v: it said %v", of, err)
		}
		if c, err := d.Fetch(t.Context(), desk.KindContact, id); (err == nil) != of.back || of.back && c.About().Mark != next.Mark {
			t.Errorf("%+v: there is %+v (%v)", of, c, err)
		}
	}
}
