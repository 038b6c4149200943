package itsm365

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// origin is a desk with people, shelves, and tickets of several messages, some of them
// private, some with files.
func origin(t *testing.T, tickets int) *mem.Desk {
	t.Helper()
	d := new(mem.Desk)
	d.Seed(
		&desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "ООО «Ромашка» & Söhne"}, &desk.Group{Meta: desk.Meta{ID: "g"}, Name: "Первая линия"},
		&desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "Иванова Анна", Email: "anna@desk.test"},
		&desk.Contact{Meta: desk.Meta{ID: "mute"}, Name: "Безадресный Пётр", Phones: []string{"+7 495 1"}},
	)
	for i := range 3 {
		d.Seed(&desk.Contact{Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Emails: []string{fmt.Sprintf("zoe%d@acme.test", i)}, Org: desk.To(desk.KindOrganization, "o")})
	}
	for i := range tickets {
		who := desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", i%3)))
		if i == 4 {
			who = desk.To(desk.KindContact, "mute")
		}
		tk := &desk.Ticket{
			Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i))}, Subject: fmt.Sprintf("№ %d", i), Status: desk.Statuses[1+i%4], Priority: desk.PriorityHigh, Type: "incident",
			Requester: who, Assignee: desk.To(desk.KindAgent, "a"), Group: desk.To(desk.KindGroup, "g"),
		}
		tk.Created = time.Date(2015, 1, 1, 0, i, 0, 0, time.UTC)
		for j := range 1 + i%4 {
			m := desk.Message{ID: desk.ID(fmt.Sprint("m", j)), At: tk.Created.Add(time.Duration(j) * time.Hour), Author: who, Text: fmt.Sprintf("ход %d\n  из %d", j, i)}
			m.Note = j%3 == 2 || j == 0 && i%6 == 5
			if j%2 == 1 {
				m.Author = desk.To(desk.KindAgent, "a")
			}
			if j == 1 {
				m.HTML = fmt.Sprintf("<p>ход <b>%d</b></p>", j)
				m.Text = fmt.Sprintf("ход %d", j)
			}
			for n := range (i + j) % 3 {
				m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("файл %d.bin", n), "application/octet-stream", []byte(fmt.Sprint(i, j, n))))
			}
			tk.Messages = append(tk.Messages, m)
		}
		d.Seed(tk)
	}
	return d
}

// view is what a desk holds as people see it: each ticket under its subject.
func view(t *testing.T, tickets []*desk.Ticket, name func(desk.Ref) string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, tk := range tickets {
		if _, twice := out[tk.Subject]; twice {
			t.Errorf("ticket %q is there twice", tk.Subject)
		}
		lines := []string{fmt.Sprint(tk.Status, " ", tk.Priority, " ", tk.Type, " by ", name(tk.Requester), " for ", name(tk.Assignee))}
		for _, m := range tk.Messages {
			line := fmt.Sprintf("%q %q %v %v", m.Text, m.HTML, m.At.UTC(), m.Note)
			for _, f := range m.Files {
				line += fmt.Sprintf(" %s %x", f.Name, sha256.Sum256(bytesOf(t, f)))
			}
			lines = append(lines, line)
		}
		out[tk.Subject] = lines
	}
	return out
}

func viewOfDesk(t *testing.T, d *mem.Desk) map[string][]string {
	t.Helper()
	var tickets []*desk.Ticket
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if !it.Record.About().Deleted {
			tickets = append(tickets, it.Record.(*desk.Ticket))
		}
	}
	return view(t, tickets, func(r desk.Ref) string { return calledOf(t, d, r) })
}

func viewOfAccount(t *testing.T, s *itsm365test.Server, c *Config) map[string][]string {
	t.Helper()
	src := sourceOf(t, c, envOf(t, s.Transport()))
	return view(t, slices.Collect(mapValues(ticketsOf(t, src))), func(r desk.Ref) string { return calledOf(t, src, r) })
}

func mapValues(m map[string]*desk.Ticket) func(func(*desk.Ticket) bool) {
	return func(yield func(*desk.Ticket) bool) {
		for _, tk := range m {
			if !yield(tk) {
				return
			}
		}
	}
}

func calledOf(t *testing.T, from connectors.Fetcher, ref desk.Ref) string {
	t.Helper()
	if ref.IsZero() {
		return "nobody"
	}
	r, err := from.Fetch(t.Context(), ref.Kind, ref.ID)
	if err != nil {
		t.Fatal(err)
	}
	switch r := r.(type) {
	case *desk.Agent:
		return r.Name
	case *desk.Contact:
		return r.Name
	}
	return ""
}

// Whatever fails on the way into Naumen Service Desk, also answers lost after it acted: in the end it
// holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s, c := installation()
	s.Add("team$team", map[string]any{"title": "Первая линия"})
	s.Add("employee$employee", map[string]any{"lastName": "Иванова", "firstName": "Анна", "email": "anna@desk.test"})
	s.Steps = map[string][]string{"registered": {"inprogress"}, "inprogress": {"waiting", "resolved"}, "waiting": {"inprogress"}, "resolved": {"closed", "inprogress"}, "closed": {}}
	s.WithState = map[string][]string{"resolved": {"solution"}}
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "solution", Title: "Решение", Type: itsm365test.Text})
	c.Types["incident"] = "serviceCall$incident"
	w := weather.Storm(seed, weather.Read, weather.Write)
	w.Reads = itsm365test.Reads
	src := origin(t, 30)
	c.Settling, c.PerMinute, c.wait = "3m", 6000, 0
	c.Through = map[string]string{"resolved": "inprogress", "waiting": "inprogress", "closed": "resolved"}
	c.WithState = map[string]map[string]string{"resolved": {"solution": "See the comments"}}
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	target, err := newTarget(c, envOf(t, lines.To(w.Over(s))))
	if err != nil {
		t.Fatal(err)
	}
	h.Target = target
	h.Settle(t, 14)
	if d := cmp.Diff(viewOfDesk(t, src), viewOfAccount(t, s, c)); d != "" {
		t.Error(d)
	}
	files := 0
	for _, tk := range ticketsOf(t, sourceOf(t, c, envOf(t, s.Transport()))) {
		for _, m := range tk.Messages {
			files += len(m.Files)
		}
	}
	if n := len(s.Objects("serviceCall")); n != 30 {
		t.Errorf("there are %d tickets", n)
	}
	if n := len(s.Objects("file")); n != files {
		t.Errorf("%d files hang on tickets, of which messages have %d", n, files)
	}
	if n := len(s.Objects("employee")); n != 7 {
		t.Errorf("there are %d employees", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}
