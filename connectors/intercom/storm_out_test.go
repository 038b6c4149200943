package intercom

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever fails on the way out of Intercom, and on the way of a delta: in the end the far
// side holds what the workspace does, nothing lost and nothing twice.
func TestStormOutOf(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	s := intercomtest.New()
	s.Lag, s.Days, s.ListsTickets = 2*time.Minute, seed%2 == 1, seed%2 == 0
	w := weather.Storm(seed, weather.Read, weather.Write)
	people, talks := stock(s, 25)
	dst := new(mem.Desk)
	h := weather.NewHaul(t, w)
	c := configOf(s)
	c.SearchLag = 3 * time.Minute
	h.Source = sourceOf(t, c, envOf(t, lines.To(w.Over(s))))
	h.Reads, _ = Spec().CapsOf(c)
	h.Target = dst
	_, h.Writes = mem.Spec().CapsOf(dst)
	h.Settle(t, 10)
	same := func(when string) {
		t.Helper()
		if d := cmp.Diff(view.Of(t, sourceOf(t, c, envOf(t, s.Transport()))), view.Of(t, dst)); d != "" {
			t.Errorf("%s: %s", when, d)
		}
	}
	same("after the move")
	time.Sleep(time.Hour)
	s.AddPart(talks[3], intercomtest.Part{HTML: "<p>one thing more</p>", By: people[0]})
	s.ChangeTalk(talks[4], func(k *intercomtest.Talk) { k.State = "closed" })
	s.AddTalk(intercomtest.Talk{Title: "new", HTML: "<p>a new one</p>", Contacts: []string{people[1]}})
	s.Convert(talks[6], map[string]any{titleAttribute: "made a ticket"})
	s.Delete(talks[5])
	time.Sleep(time.Hour)
	h.Settle(t, 6)
	gone := 0
	for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if it.Record.About().Deleted {
			gone++
		}
	}
	if gone != 1 {
		t.Errorf("%d tickets are marked deleted, want 1", gone)
	}
	same("after the delta")
	if spilt := s.CredentialsSpilt(); len(spilt) > 0 {
		t.Errorf("credentials went to the files' host: %q", spilt)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("reading mailed %q", sent)
	}
	w.WantAll(t)
}

// stock fills a workspace as people at work do, and returns its contacts and conversations.
func stock(s *intercomtest.Server, n int) (people []string, talks []int64) {
	company, team := s.AddCompany("Acme", nil), s.AddTeam("First line")
	ann := s.AddAdmin("Ann", "ann@desk.test", team)
	at := time.Now().Add(-1000 * time.Hour)
	for i := range 4 {
		people = append(people, s.AddContact(intercomtest.Contact{Name: fmt.Sprint("Zoë ", i), Email: fmt.Sprintf("zoe%d@acme.test", i), Companies: []string{company}, Role: []string{"user", "lead"}[i%2], At: at}))
	}
	for i := range n {
		if i%5 != 0 {
			at = at.Add(time.Minute)
		}
		k := intercomtest.Talk{
			Title: fmt.Sprintf("№ %d", i), HTML: fmt.Sprintf("<p>ask %d</p>", i), Contacts: []string{people[i%len(people)]}, Admin: ann, Team: team, At: at,
			State: []string{"open", "closed", "snoozed"}[i%3], Files: []intercomtest.File{{Name: "a.txt", Type: "text/plain", Bytes: []byte(fmt.Sprint(i))}},
		}
		if i%5 == 4 {
			k.Ticket, k.Attributes = true, map[string]any{titleAttribute: k.Title, descriptionAttribute: fmt.Sprint("ask ", i)}
		}
		id := s.AddTalk(k)
		for j := range i % 13 {
			at = at.Add(time.Second)
			by := people[i%len(people)]
			if j%2 == 0 {
				by = strconv.FormatInt(ann, 10)
			}
			s.AddPart(id, intercomtest.Part{Kind: []string{"comment", "comment", "note"}[j%3], HTML: fmt.Sprintf("<p>turn %d</p>", j), By: by, At: at})
		}
		talks = append(talks, id)
	}
	return slices.Clip(people), talks
}
