package rt

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// An RT that shows its own groups no more is asked of each user who is named whether it is
// an agent; of a ticket that has not its own date there, this is told.
func TestRequestTrackerOfOctober2026(t *testing.T) {
	s := rttest.New()
	d := targetAt(t, s, func(c *Config) { c.Dates = "yes" }) // which is too much
	ann := create(t, d, &desk.Agent{Meta: desk.Meta{ID: "ann", Mark: "ann"}, Name: "Ann", Email: "ann@desk.test"})
	bob := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "bob", Mark: "bob"}, Name: "Bob", Emails: []string{"bob@kunde.test"}})
	r := ticketOf("1", "hello")
	r.Created = time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC)
	r.Assignee, r.Requester = desk.Ref{Kind: desk.KindAgent, Target: ann}, desk.Ref{Kind: desk.KindContact, Target: bob}
	got, err := d.Create(t.Context(), r)
	if err != nil || len(got.Losses) != 1 || got.Losses[0].Field != "created" || got.Losses[0].Why != connectors.WhyTime {
		t.Errorf("%+v, %v", got.Losses, err)
	}
	later := targetAt(t, s, nil) // of whom nothing is known
	back, err := later.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	if x := back.(*desk.Ticket); x.Assignee != desk.To(desk.KindAgent, ann) || x.Requester != desk.To(desk.KindContact, bob) {
		t.Errorf("%v asks %v", x.Requester, x.Assignee)
	}
	for kind, want := range map[desk.Kind]desk.ID{desk.KindAgent: ann, desk.KindContact: bob} {
		there := false
		for it, err := range later.Read(t.Context(), kind, "") {
			if err != nil {
				t.Fatal(err)
			}
			there = there || it.Record.About().ID == want
		}
		if !there {
			t.Errorf("%s %s is not read", kind, want)
		}
	}
}
