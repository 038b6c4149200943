package zendesk

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever fails on the way into Zendesk, also answers that are lost after it acted:
// in the end it holds what the origin does, nothing lost, nothing twice, and nobody
// was sent an e-mail; and so it is with what changes afterwards.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 3)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	a := zendesktest.New(zendesktest.Options{SearchLag: time.Minute}) // with the vendor's own limits
	w := weather.Storm(seed, weather.Read, weather.Write)
	w.Totals = true
	src := origin(30)
	c := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	d, err := newTarget(c, env(t, perhapsWitnessed(t, seed, line.To(w.Over(a)))))
	if err != nil {
		t.Fatal(err)
	}
	h.Target = d
	h.Settle(t, 12)
	check := func(when string, gone, tickets int) {
		t.Helper()
		got, buried := viewOfAccount(t, a, d)
		if diff := cmp.Diff(viewOfDesk(t, src), got); diff != "" || buried != gone {
			t.Errorf("%s: %d buried, want %d: %s", when, buried, gone, diff)
		}
		if a.Count("tickets") != tickets || a.Count("users") != 1+1+4 || a.Count("organizations") != 1 || a.Count("groups") != 2 || a.Count("group_memberships") != 1 {
			t.Errorf("%s: the account holds %d tickets, %d users, %d organisations, %d groups, %d memberships", when,
				a.Count("tickets"), a.Count("users"), a.Count("organizations"), a.Count("groups"), a.Count("group_memberships"))
		}
		if sent := a.Outbox(); len(sent) > 0 {
			t.Errorf("%s: people were sent %q", when, sent)
		}
	}
	check("after the move", 0, 30)

	a.Quiet()
	c.Quiet = "triggers-off"
	grown := originTicket(0)
	grown.Status, grown.Tags = desk.StatusPending, []string{"a", "later"}
	for i := range 3 {
		grown.Messages = append(grown.Messages, desk.Message{ID: desk.ID(fmt.Sprint("late", i)), At: time.Date(1996, 1, 1, i, 0, 0, 0, time.UTC), Author: grown.Requester, Text: fmt.Sprint("late ", i), Note: i == 1})
	}
	grown.Messages[1].Files = []desk.File{conntest.Bytes("late.txt", "text/plain", []byte("late"))}
	src.Seed(grown, originTicket(30))
	if err := src.Delete(t.Context(), desk.KindTicket, "t1"); err != nil {
		t.Fatal(err)
	}
	h.Settle(t, 6)
	check("after the delta", 1, 31)
	w.WantAll(t)
}

// perhapsWitnessed is the line with a witness in every other storm: it reads an answer to
// its end before it hands it on, and so changes what half an answer does to a client.
func perhapsWitnessed(t *testing.T, seed uint64, line http.RoundTripper) http.RoundTripper {
	if seed%2 == 0 {
		return witnessed(t, line)
	}
	return line
}

// The same for the way out of Zendesk: what it holds arrives, nothing lost and
// nothing twice.
func TestStormOutOf(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 3)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	a := zendesktest.New(zendesktest.Options{PageSize: 7, NoSideload: seed%2 == 1})
	w := weather.Storm(seed, weather.Read)
	w.Totals = true
	s := &seeder{a: a, ids: map[desk.Ref]int64{}}
	from := origin(30)
	for _, kind := range kinds {
		all, _ := read(t, from, kind, "")
		for _, r := range all {
			if c, is := r.(*desk.Contact); is && len(c.Emails) == 0 {
				c.Emails = []string{"mute@acme.test"}
			}
			s.put(r)
		}
	}
	time.Sleep(2 * time.Minute) // exports leave out the last one
	dst := new(mem.Desk)
	c := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
	h := weather.NewHaul(t, w)
	src := open(t, c, line.To(w.Over(a)))
	h.Source, h.Target = src, dst
	h.Reads, _ = Spec().CapsOf(c)
	_, h.Writes = dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h.Settle(t, 12)
	same := func(when string, tickets int) {
		t.Helper()
		var there []*desk.Ticket
		for _, id := range a.Tickets() {
			r, err := src.Fetch(t.Context(), desk.KindTicket, number(id))
			if err != nil {
				t.Fatal(err)
			}
			there = append(there, r.(*desk.Ticket))
		}
		want, got := viewOf(t, there, src), viewOfDesk(t, dst)
		if d := cmp.Diff(want, got); d != "" || len(got) != tickets {
			t.Errorf("%s, of %d tickets: %s", when, len(got), d)
		}
	}
	same("after the move", 30)
	one := s.ids[desk.To(desk.KindTicket, "t0")]
	a.Say(one, given{"body": "late", "author_id": s.ids[desk.To(desk.KindContact, "c0")]})
	a.Change("tickets", one, given{"status": "pending"})
	s.put(originTicket(30))
	time.Sleep(2 * time.Minute)
	h.Settle(t, 6)
	same("after the delta", 31)
	w.WantAll(t)
}
