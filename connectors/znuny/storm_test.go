package znuny

import (
	"fmt"
	"net/http"
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
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// origin is a desk with people, a shelf, and tickets of several messages, some of them
// private, some with files.
func origin(t *testing.T, tickets int) *mem.Desk {
	t.Helper()
	d := new(mem.Desk)
	d.Seed(&desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "Ann", Email: "ann@desk.test"}, &desk.Category{Meta: desk.Meta{ID: "q"}, Name: "Support"})
	for i := range 3 {
		d.Seed(&desk.Contact{Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Emails: []string{fmt.Sprintf("zoe%d@acme.test", i)}})
	}
	for i := range tickets {
		d.Seed(originTicket(i))
	}
	return d
}

func originTicket(i int) *desk.Ticket {
	who := desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", i%3)))
	tk := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i))}, Subject: fmt.Sprintf("№ %d", i), Status: desk.Statuses[i%4], Priority: desk.PriorityHigh,
		Requester: who, Assignee: desk.To(desk.KindAgent, "a"), Category: desk.To(desk.KindCategory, "q"),
	}
	tk.Created = time.Date(2015, 1, 1, 0, i, 0, 0, time.UTC)
	for j := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("m", j)), At: tk.Created.Add(time.Duration(j) * time.Hour), Author: who, From: desk.Address{Name: "Zoë", Email: fmt.Sprintf("zoe%d@acme.test", i%3)}, Text: fmt.Sprintf("turn %d\n  of %d", j, i)}
		if m.Note = j%3 == 2 || j == 0 && i%6 == 5; j%2 == 1 || m.Note {
			m.Author, m.From = desk.To(desk.KindAgent, "a"), desk.Address{Name: "Ann", Email: "ann@desk.test"}
		}
		if j == 1 {
			m.HTML, m.Text = fmt.Sprintf("<p>turn <b>%d</b></p>", j), fmt.Sprintf("turn %d", j)
		}
		for n := range (i + j) % 3 {
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
		seen := []string{fmt.Sprint(tk.Status, " ", tk.Priority, " by ", name(tk.Requester), " for ", name(tk.Assignee))}
		for _, m := range tk.Messages {
			line := fmt.Sprintf("%q %q %v %v %s", strings.TrimSpace(m.Text), m.HTML, m.At.UTC(), m.Note, m.From.Email)
			for _, f := range m.Files {
				line += fmt.Sprintf(" %s %q", f.Name, string(conntest.BytesOf(t, f)))
			}
			seen = append(seen, line)
		}
		out[tk.Subject] = seen
	}
	return out
}

func viewOf(t *testing.T, s connectors.Source) map[string][]string {
	t.Helper()
	var tickets []*desk.Ticket
	latest := map[desk.ID]*desk.Ticket{}
	for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		latest[it.Record.About().ID] = it.Record.(*desk.Ticket)
	}
	for _, tk := range latest {
		if !tk.Deleted {
			tickets = append(tickets, tk)
		}
	}
	return view(t, tickets, func(r desk.Ref) string { return addressOf(t, s.(connectors.Fetcher), r) })
}

// addressOf is the address of somebody, or the login of an agent of whom no more is known.
func addressOf(t *testing.T, from connectors.Fetcher, ref desk.Ref) string {
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
		if r.Name == "Ann" || r.Name == "ann" {
			return "ann"
		}
		return r.Name
	case *desk.Contact:
		return r.Emails[0]
	}
	return ""
}

// onlyReads tells the calls that make nothing: all are POST.
func onlyReads(r *http.Request) bool {
	return !strings.HasSuffix(r.URL.Path, "/TicketCreate") && !strings.HasSuffix(r.URL.Path, "/TicketUpdate")
}

// login is that of a web server before Znuny, which may expire; Znuny itself has none.
type login struct{ next http.RoundTripper }

func (l login) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Basic x")
	return l.next.RoundTrip(r)
}

// Whatever fails on the way into Znuny, also answers lost after it acted: in the end it
// holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s := znunytest.New()
	s.AddUser("ann")
	w := weather.Storm(seed, weather.Read, weather.Write)
	w.Reads = onlyReads
	src := origin(t, 30)
	c := configOf()
	c.Settling, c.Agents = "1m", map[string]string{"ann@desk.test": "ann"}
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	h.Target = targetOf(t, c, envOf(t, login{lines.To(w.Over(s))}))
	h.Settle(t, 12)
	if d := cmp.Diff(viewOf(t, src), viewOf(t, sourceOf(t, configOf(), envOf(t, s.Transport())))); d != "" {
		t.Error(d)
	}
	if n := len(s.Standing()); n != 30 {
		t.Errorf("%d tickets are there", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}

// Whatever fails on the way out of Znuny, and on the way of a delta: in the end the far side
// holds what the server does, nothing lost and nothing twice.
func TestStormOutOf(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	s := znunytest.New()
	stock(s, 25)
	w := weather.Storm(seed, weather.Read)
	w.Reads = onlyReads
	dst := new(mem.Desk)
	h := weather.NewHaul(t, w)
	c := configOf()
	h.Source = sourceOf(t, c, envOf(t, login{lines.To(w.Over(s))}))
	h.Reads, _ = Spec().CapsOf(c)
	h.Target = dst
	_, h.Writes = mem.Spec().CapsOf(dst)
	h.Settle(t, 10)
	same := func(when string) {
		t.Helper()
		if d := cmp.Diff(viewOf(t, sourceOf(t, configOf(), envOf(t, s.Transport()))), viewOf(t, dst)); d != "" {
			t.Errorf("%s: %s", when, d)
		}
	}
	same("after the move")
	time.Sleep(time.Hour)
	s.AddArticle(3, znunytest.Article{From: "New <new@acme.test>", Subject: "more", Body: "one thing more", Visible: true})
	s.Change(4, func(k *znunytest.Ticket) { k.State = "closed successful" })
	s.AddTicket(znunytest.Ticket{Title: "new", Customer: "zoe1@acme.test", Articles: []*znunytest.Article{{From: "zoe1@acme.test", Body: "a new one", Visible: true}}})
	s.Delete(5)
	s.Change(6, func(k *znunytest.Ticket) { k.State = "removed" })
	h.Settle(t, 6)
	var gone []string
	for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if tk := it.Record.(*desk.Ticket); tk.Deleted {
			gone = append(gone, tk.Subject)
		}
	}
	if slices.Sort(gone); !slices.Equal(gone, []string{"№ 4", "№ 5"}) {
		t.Errorf("the tickets %q are marked deleted, want № 4 and № 5", gone)
	}
	same("after the delta")
	w.WantAll(t)
}

// stock fills a server as people at work do.
func stock(s *znunytest.Server, tickets int) {
	ann := s.AddUser("ann")
	s.AddCustomer("zoe", "zoe0@acme.test")
	at := time.Now().Add(-1000 * time.Hour).UTC().Truncate(time.Second)
	states := []string{"new", "open", "pending reminder", "closed successful"}
	for i := range tickets {
		if i%5 != 0 { // several are made within one second
			at = at.Add(time.Minute)
		}
		who := fmt.Sprintf("zoe%d@acme.test", i%4)
		k := znunytest.Ticket{Title: fmt.Sprintf("№ %d", i), Customer: who, CustomerID: "ACME", Owner: ann, Created: at, State: states[i%4]}
		if i%4 == 0 {
			k.Customer = "zoe"
		}
		for j := range 1 + i%7 {
			a := znunytest.Article{From: fmt.Sprintf(`"Zoë %d" <%s>`, i%4, who), Subject: k.Title, Body: fmt.Sprintf("turn %d", j), Visible: true, At: at.Add(time.Duration(j) * time.Minute)}
			switch j % 3 {
			case 1:
				a.Sender, a.CreateBy, a.From = "agent", ann, "Support <help@desk.test>"
				a.Files = []znunytest.File{{Name: "file-2", Type: `text/html; charset="iso-8859-1"`, Content: []byte("<p>turn \xfc <img src=\"cid:logo@desk\"></p>")}, {Name: "logo.png", Type: "image/png", CID: "<logo@desk>", Content: []byte(fmt.Sprint("png", i))}}
			case 2:
				a.Sender, a.CreateBy, a.Channel, a.Visible, a.From = "agent", ann, 3, false, `"Ann" <ann@desk.test>`
			}
			k.Articles = append(k.Articles, &a)
		}
		s.AddTicket(k)
	}
}
