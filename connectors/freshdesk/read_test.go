package freshdesk

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Behind the last page there is no list: more tickets than fit before it are read
// by the times of their changes, also where many changed at one time.
func TestReadsPastTheLastPage(t *testing.T) {
	s := freshdesktest.New()
	s.MaxPages = 4
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 40 {
		if i < 20 || i > 29 { // ten changed at one time: more than a page
			at = at.Add(time.Minute)
		}
		s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint(i), HTML: "x", Requester: who, At: at})
	}
	if got := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport()))); len(got) != 40 {
		t.Errorf("%d tickets were read of 40", len(got))
	}
}

// A list by the time of change shifts while it is read: what changes in the middle
// of it moves to its end, and what stood after it takes its place.
func TestNothingSlipsThroughAShiftingList(t *testing.T) {
	s := freshdesktest.New()
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 30 {
		s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint(i), HTML: "x", Requester: who, At: at.Add(time.Duration(i/8) * time.Minute)})
	}
	var mu sync.Mutex
	n := int64(0)
	s.Fault = func(r *http.Request) freshdesktest.Fault {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/api/v2/tickets" && n < 12 {
			n++
			s.ChangeTicket(n*2, func(tk *freshdesktest.Ticket) {
				tk.Tags = []string{"touched"}
				tk.At = at.Add(time.Hour + time.Duration(n)*time.Second)
			})
		}
		return freshdesktest.Fault{}
	}
	got := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))
	if len(got) != 30 {
		t.Errorf("%d tickets were read of 30", len(got))
	}
	for n := int64(2); n <= 24; n += 2 {
		if tags := got[idOf(n)].Tags; len(tags) != 1 {
			t.Errorf("ticket %d: its last state was not read", n)
		}
	}
}

func TestDelta(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := freshdesktest.New()
	s.Clock = func() time.Time { return now }
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	for i := range 6 {
		s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint(i), HTML: "x", Requester: who, Deleted: i == 5, Spam: i == 4})
	}
	env := envOf(t, s.Transport())
	env.Now = s.Clock
	src := sourceOf(t, configOf(s), env)
	first, end := readAll(t, src, desk.KindTicket, "")
	first = slices.DeleteFunc(first, func(r desk.Record) bool { return r.About().Deleted })
	if len(first) != 4 {
		t.Fatalf("%d tickets at first, want 4: neither spam nor deleted", len(first))
	}
	now = now.Add(time.Hour)
	s.AddTalk(1, freshdesktest.Talk{HTML: "<div>one more</div>", User: who, Incoming: true})
	s.ChangeTicket(2, func(tk *freshdesktest.Ticket) { tk.Deleted = true })
	s.ChangeTicket(3, func(tk *freshdesktest.Ticket) { tk.Spam = true })
	s.AddRating(4, who, 103, "вот спасибо")
	s.AddTicket(freshdesktest.Ticket{Subject: "new", HTML: "x", Requester: who})
	got := map[desk.ID]*desk.Ticket{}
	delta, end := readAll(t, src, desk.KindTicket, end)
	for _, r := range delta {
		if id := r.About().ID; id == "5" || id == "6" { // tombstones again: they are within the overlap
			continue
		}
		got[r.About().ID] = r.(*desk.Ticket)
	}
	if len(got) != 5 || len(got["1"].Messages) != 2 || !got["2"].Deleted || !got["3"].Deleted || got["7"] == nil {
		t.Fatalf("%d tickets in the delta: %v", len(got), got)
	}
	if r := got["4"].Rating; r == nil || r.Score != "good" || r.Comment != "вот спасибо" {
		t.Errorf("the rating: %+v", r)
	}
	now = now.Add(time.Hour)
	if again, _ := readAll(t, src, desk.KindTicket, end); len(again) > 5 { // those within the overlap come again
		t.Errorf("nothing changed, and %d were read", len(again))
	}
}

// No list has archived tickets: they are asked for by their numbers, once.
func TestArchivedTickets(t *testing.T) {
	s := freshdesktest.New()
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	for i := range 30 {
		id := s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint(i), HTML: "x", Requester: who, Archived: i < 12 && i != 5, Deleted: i == 13})
		if i < 3 {
			s.AddTalk(id, freshdesktest.Talk{HTML: "<div>y</div>", User: who, Files: []freshdesktest.File{{Name: "a.txt", Bytes: []byte("hello")}}})
		}
	}
	var asked atomic.Int64
	s.Fault = func(r *http.Request) freshdesktest.Fault {
		if strings.Contains(r.URL.Path, "/archived/") && !strings.Contains(r.URL.Path, "conversations") {
			asked.Add(1)
		}
		return freshdesktest.Fault{}
	}
	c := configOf(s)
	src := sourceOf(t, c, envOf(t, s.Transport()))
	all, end := readAll(t, src, desk.KindTicket, "")
	got := map[desk.ID]*desk.Ticket{}
	for _, r := range all {
		if !r.About().Deleted {
			got[r.About().ID] = r.(*desk.Ticket)
		}
	}
	if len(got) != 29 || len(got["1"].Messages) != 2 || got["1"].Fields["archived"] != true || string(conntest.BytesOf(t, got["1"].Messages[1].Files[0])) != "hello" {
		t.Errorf("%d tickets of 29; the first: %+v", len(got), got["1"])
	}
	if n := asked.Load(); n > 15 { // 11, and one each for the file and the deleted
		t.Errorf("%d numbers were asked for", n)
	}
	asked.Store(0)
	if _, _ = readAll(t, src, desk.KindTicket, end); asked.Load() > 0 {
		t.Errorf("at the second reading, %d numbers were asked for", asked.Load())
	}
	for i := range all { // from each place on, nothing is missed
		cursor := cursors(t, src)[i]
		rest, _ := readAll(t, src, desk.KindTicket, cursor)
		have := map[desk.ID]bool{}
		for _, r := range rest {
			have[r.About().ID] = true
		}
		for _, r := range all[i+1:] {
			if !have[r.About().ID] {
				t.Fatalf("resumed after item %d at %q, ticket %s is missed", i+1, cursor, r.About().ID)
			}
		}
	}
}

func cursors(t *testing.T, s *Source) (out []connectors.Cursor) {
	t.Helper()
	for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, it.Cursor)
	}
	return out
}

func TestFilesAndImages(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := freshdesktest.New()
	s.Clock = func() time.Time { return now }
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	image := s.AddInline("p.png", "image/png", []byte("picture"))
	foreign := "https://tracker.example.com/pixel.png"
	s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: `<p>see <img src="` + image + `"><img src='` + foreign + `'></p>`, Requester: who})
	s.AddTalk(1, freshdesktest.Talk{HTML: "<div>a file</div>", User: who, Files: []freshdesktest.File{{Name: "a.txt", Type: "text/plain", Bytes: []byte("hello")}}})
	env := envOf(t, s.Transport())
	env.Now = s.Clock
	ms := ticketsOf(t, sourceOf(t, configOf(s), env))["1"].Messages
	if len(ms) != 2 || len(ms[0].Files) != 1 || len(ms[1].Files) != 1 {
		t.Fatalf("%+v", ms)
	}
	if f := ms[0].Files[0]; !f.Inline || !strings.Contains(ms[0].HTML, `src="cid:`+f.CID+`"`) || !strings.Contains(ms[0].HTML, foreign) || string(conntest.BytesOf(t, f)) != "picture" {
		t.Errorf("the image: %+v in %s", f, ms[0].HTML)
	}
	if got := conntest.BytesOf(t, ms[1].Files[0]); !bytes.Equal(got, []byte("hello")) {
		t.Errorf("the file holds %q", got)
	}
	now = now.Add(time.Hour) // the link is dead by now
	if got := conntest.BytesOf(t, ms[1].Files[0]); !bytes.Equal(got, []byte("hello")) {
		t.Errorf("an hour later the file holds %q", got)
	}
	if spilt := s.CredentialsSpilt(); len(spilt) > 0 {
		t.Errorf("credentials went to the files' host: %q", spilt)
	}
}

// Lists leave out who is blocked or deleted, and further addresses.
func TestContactsInAllStates(t *testing.T) {
	s := freshdesktest.New()
	for i, c := range []freshdesktest.Contact{{Verified: true}, {}, {Blocked: true}, {Deleted: true}, {}, {}, {}} {
		c.Name, c.Email, c.Other = fmt.Sprint("P", i), fmt.Sprintf("p%d@a.test", i), []string{fmt.Sprintf("other%d@a.test", i)}
		s.AddContact(c)
	}
	got, _ := readAll(t, sourceOf(t, configOf(s), envOf(t, s.Transport())), desk.KindContact, "")
	states := map[any]int{}
	for _, r := range got {
		c := r.(*desk.Contact)
		states[c.Fields["state"]]++
		if len(c.Emails) != 2 {
			t.Errorf("%s has the addresses %q", c.Name, c.Emails)
		}
	}
	if len(got) != 7 || states["blocked"] != 1 || states["deleted"] != 1 {
		t.Errorf("%d contacts: %v", len(got), states)
	}
}

func TestWordsOfTheAccount(t *testing.T) {
	s := freshdesktest.New()
	waiting, own := s.AddStatus("Waiting on Third Party"), s.AddStatus("Rejected")
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	s.AddField(ticketFields, freshdesktest.Field{Name: "cf_plan", Label: "Plan", Type: "custom_dropdown", Choices: []string{"gold", "tin"}})
	product := s.AddProduct("Shop")
	for _, status := range []int64{waiting, own} {
		s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: "x", Requester: who, Status: status, Source: 12, Type: "Feature Request", Product: product, Custom: map[string]any{"cf_plan": "gold"}})
	}
	c := configOf(s)
	c.Statuses = map[string]string{"rejected": "closed"}
	got := ticketsOf(t, sourceOf(t, c, envOf(t, s.Transport())))
	a, b := got["1"], got["2"]
	if a.Status != desk.StatusPending || b.Status != desk.StatusClosed || a.Fields["status"] != "Waiting on Third Party" {
		t.Errorf("statuses %s, %s, %v", a.Status, b.Status, a.Fields)
	}
	if a.Channel != "bot" || a.Type != "Feature Request" || a.Category.ID != idOf(product) || a.Fields["cf_plan"] != "gold" {
		t.Errorf("%+v", a)
	}
}

// What the vendor allows is kept to, and used: the rest waits.
func TestKeepsToTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := freshdesktest.New()
		s.Limits = freshdesktest.Growth
		who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
		for i := range 400 {
			s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint(i), HTML: "x", Requester: who, At: time.Now().Add(time.Duration(i-500) * time.Minute)})
		}
		var refused atomic.Int64
		c := configOf(s)
		c.page = 0
		env := envOf(t, line(func(r *http.Request) (*http.Response, error) {
			resp, err := s.Transport().RoundTrip(r)
			if err == nil && resp.StatusCode == http.StatusTooManyRequests {
				refused.Add(1)
			}
			return resp, err
		}))
		began := time.Now()
		if got := ticketsOf(t, sourceOf(t, c, env)); len(got) != 400 {
			t.Errorf("%d of 400 tickets", len(got))
		}
		// A ticket with its conversations costs 3 of the 200 credits of a minute; the
		// last minute may be used up at once.
		took, least := time.Since(began), time.Duration(400*3/200)*time.Minute
		if took < least-time.Minute || took > least*100/98 {
			t.Errorf("it took %s, the rate allows %s", took, least)
		}
		if refused.Load() > 20 {
			t.Errorf("%d calls were turned away", refused.Load())
		}
		t.Logf("400 tickets in %s of %s, %d calls turned away", took, least, refused.Load())
	})
}
