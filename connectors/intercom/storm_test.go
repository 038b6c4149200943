package intercom

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// origin is a desk with people, shelves, and tickets of several messages, some of them
// private, some with files.
func origin(tickets int) *mem.Desk {
	d := new(mem.Desk)
	d.Seed(
		&desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "Acme & Söhne"}, &desk.Group{Meta: desk.Meta{ID: "g"}, Name: "Второй уровень"},
		&desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "Ann", Email: "aiko@desk.example.com"},
		&desk.Contact{Meta: desk.Meta{ID: "mute"}, Name: "No Address", Phones: []string{"+49 30 1"}},
	)
	for i := range 3 {
		d.Seed(&desk.Contact{Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Emails: []string{fmt.Sprintf("zoe%d@acme.test", i)}, Org: desk.To(desk.KindOrganization, "o")})
	}
	for i := range tickets {
		d.Seed(one(i))
	}
	return d
}

// one is the ith of those tickets.
func one(i int) *desk.Ticket {
	who := desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", i%3)))
	if i == 4 {
		who = desk.To(desk.KindContact, "mute")
	}
	tk := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i))}, Subject: fmt.Sprintf("№ %d", i), Status: desk.Statuses[i%4], Priority: desk.PriorityHigh, Channel: "email",
		Requester: who, Assignee: desk.To(desk.KindAgent, "a"), Group: desk.To(desk.KindGroup, "g"), Tags: []string{"a", "b"},
	}
	tk.Created = time.Date(1995, 1, 1, 0, i, 0, 0, time.UTC)
	for j := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("m", j)), At: tk.Created.Add(time.Duration(j) * time.Hour), Author: who, Text: fmt.Sprintf("turn %d\n\n  of <%d> & more", j, i)}
		m.Note = j%3 == 2 || j == 0 && i%6 == 5
		if j%2 == 1 || m.Note {
			m.Author = desk.To(desk.KindAgent, "a")
		}
		if j == 1 {
			m.HTML = fmt.Sprintf("<p>turn <b>%d</b></p>", j)
			m.Text = fmt.Sprintf("turn %d", j)
		}
		files := (i + j) % 3
		if i == 7 {
			files = 12 // more than a call takes
		}
		for n := range files {
			m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("файл %d.bin", n), "application/octet-stream", []byte(fmt.Sprint(i, j, n))))
		}
		tk.Messages = append(tk.Messages, m)
	}
	return tk
}

// view is what a desk holds as people see it: each ticket under its subject.
func view(t *testing.T, tickets []*desk.Ticket, name func(desk.Ref) string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, tk := range tickets {
		if _, twice := out[tk.Subject]; twice {
			t.Errorf("ticket %q is there twice", tk.Subject)
		}
		rows := []string{fmt.Sprint(tk.Status, " ", tk.Priority, " ", slices.Sorted(slices.Values(tk.Tags)), " by ", name(tk.Requester), " for ", name(tk.Assignee), " in ", name(tk.Group))}
		for _, m := range tk.Messages {
			row := fmt.Sprintf("%q %v %v %s", strings.Join(strings.Fields(m.Text), " "), m.At.UTC(), m.Note, name(m.Author))
			for _, f := range m.Files {
				row += fmt.Sprintf(" %s %x", f.Name, sha256.Sum256(bytesOf(t, f)))
			}
			rows = append(rows, row)
		}
		out[tk.Subject] = rows
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
	return view(t, tickets, func(r desk.Ref) string { return nameOf(t, d, r) })
}

// viewOfAccount reads the workspace as a source does.
func viewOfAccount(t *testing.T, c *Config, s *intercomtest.Server) map[string][]string {
	t.Helper()
	src := sourceOf(t, c, envOf(t, s.Transport()))
	var tickets []*desk.Ticket
	for _, tk := range ticketsOf(t, src) {
		if !tk.Deleted {
			tickets = append(tickets, tk)
		}
	}
	return view(t, tickets, func(r desk.Ref) string { return nameOf(t, src, r) })
}

func nameOf(t *testing.T, from connectors.Fetcher, ref desk.Ref) string {
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
		return r.Email
	case *desk.Contact:
		return r.Name
	case *desk.Group:
		return r.Name
	}
	return ""
}

// Whatever fails on the way into Intercom, also answers lost after it acted: in the end it
// holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s := account()
	s.Lag, s.Paragraphs, s.Days, s.OneCompany = 2*time.Minute, seed%2 == 0, seed%2 == 1, seed%2 == 0
	w := weather.Storm(seed, weather.Read, weather.Write)
	src := origin(30)
	c := configOf(s)
	c.SearchLag, c.Tags, c.Priority = 3*time.Minute, "Tags", "Priority"
	c.Leftovers = []string{"", leftMark}[seed/2%2]
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	target, err := newTarget(c, envOf(t, lines.To(w.Over(s))))
	if err != nil {
		t.Fatal(err)
	}
	h.Target = target
	h.Settle(t, 12)
	time.Sleep(time.Hour) // until the search knows all
	if d := cmp.Diff(viewOfDesk(t, src), viewOfAccount(t, c, s)); d != "" {
		t.Error(d)
	}
	if n := s.Counts(); n["tickets"] != 30 || n["contacts"] != 4 || n["companies"] != 1 {
		t.Errorf("the workspace holds %v", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}
