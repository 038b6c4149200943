package freshdesk

import (
	"errors"
	"net/http"
	"strings"
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

// A contact of ours who was brought back, and then refused as they are to read now, is
// there again: that they are ours is not forgotten.
func TestRestoredAndRefused(t *testing.T) {
	s := freshdesktest.New()
	d, _ := targetOf(t, s, func(*Config) {})
	mark := weather.Marks(desk.KindContact, "", "c")
	id := idOf(s.AddContact(freshdesktest.Contact{Name: "Zoë", Email: "zoe@a.test", ExternalID: mark, Deleted: true}))
	s.Fault = func(r *http.Request) (f freshdesktest.Fault) {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/contacts/"+string(id)) {
			f.Status, f.Body = http.StatusBadRequest, `{"description":"Validation failed","errors":[{"field":"name","message":"No.","code":"invalid_value"}]}`
		}
		return f
	}
	c := &desk.Contact{Meta: desk.Meta{ID: "c", Mark: mark}, Name: "Zoë", Emails: []string{"zoe@a.test"}}
	if _, err := d.Create(t.Context(), c); !errors.Is(err, connectors.ErrUnsure) {
		t.Errorf("it said %v", err)
	}
	if there, err := d.Find(t.Context(), c); err != nil || there != id {
		t.Errorf("found %q, %v", there, err)
	}
}
