package zendesk

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// An agent whose making was answered by nobody is one as soon as they are found: what they
// wrote is not read back as a customer's.
func TestAgentWhoIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := zendesktest.New(zendesktest.Options{})
		c, lost := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token), wait: time.Millisecond}, false
		d, err := newTarget(c, env(t, line.To(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a.ServeHTTP(w, r)
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/users") && !lost {
				lost = true
				panic(http.ErrAbortHandler)
			}
		}))))
		if err != nil {
			t.Fatal(err)
		}
		ticket := a.SetTicket(obj{"subject": "x"}, obj{"body": "asked"})
		if _, err := d.Fetch(t.Context(), desk.KindTicket, number(ticket)); err != nil { // who is an agent is known from now on
			t.Fatal(err)
		}
		ann := &desk.Agent{Meta: desk.Meta{ID: "1", Mark: "m1"}, Name: "Ann", Email: "ann@desk.test"}
		if _, err := d.Create(t.Context(), ann); !errors.Is(err, connectors.ErrUnsure) {
			t.Fatal(err)
		}
		id, err := d.Find(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		a.Say(ticket, obj{"body": "answered", "author_id": string(id)})
		r, err := d.Fetch(t.Context(), desk.KindTicket, number(ticket))
		if err != nil {
			t.Fatal(err)
		}
		if m := r.(*desk.Ticket).Messages[1]; m.Author != desk.To(desk.KindAgent, id) {
			t.Errorf("%q is by %v", m.Text, m.Author)
		}
	})
}
