package freshdesk

import (
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Our clock is hours ahead while all is read, and is set then. What people did in those
// hours is in the delta all the same.
func TestClockAheadLosesNoDelta(t *testing.T) {
	now, ahead := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), 26*time.Hour
	s := freshdesktest.New()
	s.Clock = func() time.Time { return now }
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	for _, subject := range []string{"kept", "deleted", "spam"} {
		s.AddTicket(freshdesktest.Ticket{Subject: subject, HTML: "x", Requester: who})
	}
	env := envOf(t, s.Transport())
	env.Now = func() time.Time { return now.Add(ahead) }
	s.AddCompany("Old")
	_, tickets := readAll(t, sourceOf(t, configOf(s), env), desk.KindTicket, "")
	_, companies := readAll(t, sourceOf(t, configOf(s), env), desk.KindOrganization, "")
	now, ahead = now.Add(time.Hour), 0
	s.ChangeTicket(2, func(k *freshdesktest.Ticket) { k.Deleted = true })
	s.ChangeTicket(3, func(k *freshdesktest.Ticket) { k.Spam = true })
	s.AddRating(1, who, 103, "thanks")
	s.AddCompany("New")
	got := map[desk.ID]*desk.Ticket{}
	delta, _ := readAll(t, sourceOf(t, configOf(s), env), desk.KindTicket, tickets)
	for _, r := range delta {
		got[r.About().ID] = r.(*desk.Ticket)
	}
	if got["1"] == nil || got["1"].Rating == nil || got["2"] == nil || !got["2"].Deleted || got["3"] == nil || !got["3"].Deleted {
		t.Errorf("in the delta are %v; want one that was rated, one deleted, one that is spam", got)
	}
	orgs, _ := readAll(t, sourceOf(t, configOf(s), env), desk.KindOrganization, companies)
	if !slices.ContainsFunc(orgs, func(r desk.Record) bool { return r.(*desk.Organization).Name == "New" }) {
		t.Errorf("the new company is not among the %d in the delta", len(orgs))
	}
}
