package freshdesk

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever fails on the way out of Freshdesk, and on the way of a delta: in the end
// the far side holds what the account does, nothing lost and nothing twice.
func TestStormOutOf(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	s := freshdesktest.New()
	w := weather.Storm(seed, weather.Read)
	people := stock(s, 25)
	dst := new(mem.Desk)
	h := weather.NewHaul(t, w)
	c := configOf(s)
	h.Source = sourceOf(t, c, envOf(t, lines.To(w.Over(s))))
	h.Reads, _ = Spec().CapsOf(c)
	h.Target = dst
	_, h.Writes = mem.Spec().CapsOf(dst)
	h.Settle(t, 10)
	same := func(when string) {
		t.Helper()
		if d := cmp.Diff(view.Of(t, sourceOf(t, configOf(s), envOf(t, s.Transport()))), view.Of(t, dst)); d != "" {
			t.Errorf("%s: %s", when, d)
		}
	}
	same("after the move")
	time.Sleep(time.Hour)
	s.AddTalk(3, freshdesktest.Talk{HTML: "<div>one thing more</div>", User: people[0], Incoming: true})
	s.ChangeTicket(4, func(tk *freshdesktest.Ticket) { tk.Status = 5 })
	s.AddTicket(freshdesktest.Ticket{Subject: "new", HTML: "<div>a new one</div>", Requester: people[1]})
	s.ChangeTicket(5, func(tk *freshdesktest.Ticket) { tk.Deleted = true })
	h.Settle(t, 6)
	gone := 0
	for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if it.Record.About().Deleted {
			gone++
			continue
		}
		if tk := it.Record.(*desk.Ticket); tk.Subject == "№ 4" {
			t.Error("the deleted ticket is there as if it were not")
		}
	}
	if gone != 1 {
		t.Errorf("%d tickets are marked deleted, want 1", gone)
	}
	same("after the delta")
	if spilt := s.CredentialsSpilt(); len(spilt) > 0 {
		t.Errorf("credentials went to the files' host: %q", spilt)
	}
	w.WantAll(t)
}

// stock fills an account as people at work do, and returns its contacts.
func stock(s *freshdesktest.Server, tickets int) (people []int64) {
	company, group := s.AddCompany("Acme"), s.AddGroup("First line")
	ann := s.AddAgent("Ann", "ann@desk.test", group)
	for i := range 4 {
		people = append(people, s.AddContact(freshdesktest.Contact{Name: fmt.Sprint("Zoë ", i), Email: fmt.Sprintf("zoe%d@acme.test", i), Company: company, Blocked: i == 3}))
	}
	image := s.AddInline("p.png", "image/png", []byte("picture"))
	at := time.Now().Add(-1000 * time.Hour)
	for i := range tickets {
		if i%5 != 0 {
			at = at.Add(time.Minute)
		}
		who := people[i%len(people)]
		id := s.AddTicket(freshdesktest.Ticket{
			Subject: fmt.Sprintf("№ %d", i), HTML: fmt.Sprintf(`<div>ask %d <img src="%s"></div>`, i, image), Requester: who, Responder: ann, Group: group,
			Status: int64(2 + i%4), At: at, Archived: i%6 == 5, Tags: []string{"a"}, Files: []freshdesktest.File{{Name: "a.txt", Type: "text/plain", Bytes: []byte(fmt.Sprint(i))}},
		})
		for j := range i % 13 {
			at = at.Add(time.Second)
			user := who
			if j%2 == 0 {
				user = ann
			}
			s.AddTalk(id, freshdesktest.Talk{HTML: strings.Repeat("<br>", j) + fmt.Sprintf("<p>turn %d</p>", j), User: user, Private: j%3 == 2, Incoming: j%2 == 1, Source: int64(j % 3), At: at})
		}
	}
	return people
}
