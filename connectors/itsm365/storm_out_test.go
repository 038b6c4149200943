package itsm365

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
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever fails on the way out, and on the way of a delta, whatever counts as a change there:
// in the end the far side holds what the installation does, nothing lost and nothing twice, and
// what was deleted is marked so.
func TestStormOutOf(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 3, 6)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	s, c := installation()
	s.TalkTouches, s.Restless = seed%2 == 0, seed%3 == 1
	if s.TalkTouches {
		c.Deltas = ticketsOnly
	}
	w := weather.Storm(seed, weather.Read)
	w.Reads = itsm365test.Reads
	people, tickets := stock(s, 25)
	dst := new(mem.Desk)
	h := weather.NewHaul(t, w)
	c.PerMinute, c.wait = 6000, 0
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
	s.Add("comment", map[string]any{"source": tickets[3], "text": "<p>и ещё одно</p>", "author": people[0]})
	s.Change(tickets[4], map[string]any{"state": "closed"})
	s.Add("serviceCall$incident", map[string]any{"shortDescr": "new", "descriptionInRTF": "новая заявка", "clientEmployee": people[1]})
	s.AddFile(tickets[6], "позже.txt", "text/plain", []byte("later"))
	s.Delete(tickets[5])
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
	w.WantAll(t)
}

// stock fills an installation as people at work do, and returns its contacts and tickets.
func stock(s *itsm365test.Server, tickets int) (people, all []string) {
	ou, team := s.Add("ou$ou", map[string]any{"title": "ООО «Ромашка»"}), s.Add("team$team", map[string]any{"title": "Первая линия"})
	anna := s.Add("employee$employee", map[string]any{"lastName": "Иванова", "firstName": "Анна", "email": "anna@desk.test", "parent": ou})
	for i := range 4 {
		people = append(people, s.Add("employee$contactPerson", map[string]any{"lastName": fmt.Sprint("Zoë ", i), "firstName": "Ж.", "email": fmt.Sprintf("zoe%d@acme.test", i), "parent": ou}))
	}
	at := time.Now().Add(-1000 * time.Hour)
	for i := range tickets {
		at = at.Add(time.Duration(i) * time.Hour)
		who := people[i%len(people)]
		id := s.AddAt(at, "serviceCall$incident", map[string]any{
			"shortDescr": fmt.Sprintf("№ %d", i), "descriptionInRTF": fmt.Sprintf("<p>вопрос %d</p>", i), "clientEmployee": who, "responsibleEmployee": anna, "responsibleTeam": team,
			"author": who, "state": []string{"registered", "inprogress", "resolved", "closed"}[i%4], "tariff": "Золотой",
		})
		all = append(all, id)
		for j := range i % 7 {
			said := map[string]any{"source": id, "text": strings.Repeat("<br>", j) + fmt.Sprintf("<p>ход %d</p>", j), "author": who, "private": false}
			if j%2 == 0 {
				said["author"], said["private"] = anna, j%4 == 2
			}
			s.AddAt(at.Add(time.Duration(j)*time.Hour), "comment", said)
		}
		if i%2 == 0 {
			s.AddFile(id, "фото.jpg", "image/jpeg", []byte(fmt.Sprint(i)))
		}
	}
	return people, all
}
