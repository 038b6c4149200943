package zendesk

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// weather breaks calls now and then, in each way in which a vendor's answers fail.
type weather struct {
	mu     sync.Mutex
	rng    *rand.Rand
	calm   bool
	stop   context.CancelFunc
	befell map[string]int
}

func newWeather(seed uint64) *weather {
	return &weather{rng: rand.New(rand.NewPCG(seed, 7)), befell: map[string]int{}}
}

func (w *weather) fault(r *http.Request) *zendesktest.Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calm {
		return nil
	}
	name, f := "", new(zendesktest.Fault)
	switch w.rng.IntN(40) {
	case 0:
		name, f = "429 with Retry-After", &zendesktest.Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}, Body: `{"error":"APIRateLimitExceeded"}`}
	case 1:
		name, f = "429 without", &zendesktest.Fault{Status: 429}
	case 2:
		name, f = "500", &zendesktest.Fault{Status: 500}
	case 3:
		name, f = "503", &zendesktest.Fault{Status: 503, Body: "<html>down for a moment"}
	case 4, 5, 6:
		name, f = "answer lost", &zendesktest.Fault{Lost: true}
	case 7, 8:
		name, f = "half an answer", &zendesktest.Fault{Half: true}
	case 9:
		name, f = "slow loris", &zendesktest.Fault{Slow: 3 * time.Minute}
	case 10:
		if w.rng.IntN(3) == 0 {
			name, f = "token expired", &zendesktest.Fault{Status: 401, Body: `{"error":"Couldn't authenticate you"}`}
		}
	case 11:
		if w.rng.IntN(3) == 0 {
			name = "stopped"
			w.stop()
		}
	}
	if name == "" {
		return nil
	}
	if r.Method != http.MethodGet {
		name += ", of a write"
	}
	w.befell[name]++
	return f
}

// marks are of the shape that the command makes.
func marks(kind desk.Kind, parent, id desk.ID) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + string(parent) + "\x00" + string(id)))
	return "dh" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// haul runs a pipeline until nothing is left to do.
type haul struct {
	*pipeline.Pipeline
	w *weather
}

func newHaul(t *testing.T, w *weather) *haul {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	store, err := checkpoints.Open(ctx, filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := &haul{w: w, Pipeline: &pipeline.Pipeline{Marks: marks, Store: store, Workers: 4}}
	if h.Ledger, err = store.Ledger(ctx, checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
	return h
}

// settle runs and runs, in bad weather and at last in good, a while apart.
func (h *haul) settle(t *testing.T, stormy int) {
	t.Helper()
	var mu sync.Mutex
	var open []pipeline.Event
	h.Watch = func(e pipeline.Event) {
		if e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held {
			mu.Lock()
			open = append(open, e)
			mu.Unlock()
		}
	}
	var err error
	for run := 1; run < 60; run++ {
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		h.w.mu.Lock()
		h.w.calm, h.w.stop = run > stormy, stop
		h.w.mu.Unlock()
		open = nil
		h.Run, h.RetryOnly = h.Run+1, false
		if _, err = h.Go(ctx); err == nil {
			h.Run, h.RetryOnly = h.Run+1, true
			_, err = h.Go(ctx)
		}
		stop()
		if run > stormy && err == nil && len(open) == 0 {
			return
		}
		time.Sleep(5 * time.Minute)
	}
	t.Fatalf("never settles: %v; %d are open, such as %+v", err, len(open), open[:min(1, len(open))])
}

// origin is a desk with people, shelves, and tickets of several messages, some of
// them private, some with files.
func origin(tickets int) *mem.Desk {
	d := new(mem.Desk)
	d.Seed(
		&desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "Acme & Söhne"}, &desk.Group{Meta: desk.Meta{ID: "g"}, Name: "Первая линия"},
		&desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "Ann", Email: "ann@desk.test", Groups: []desk.Ref{desk.To(desk.KindGroup, "g")}},
		&desk.Contact{Meta: desk.Meta{ID: "mute"}, Name: "No Address", Phones: []string{"+49 30 1"}},
	)
	for i := range 3 {
		d.Seed(&desk.Contact{
			Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Org: desk.To(desk.KindOrganization, "o"),
			Emails: []string{fmt.Sprintf("zoe%d@acme.test", i), fmt.Sprintf("zoe%d@home.test", i)},
		})
	}
	for i := range tickets {
		d.Seed(originTicket(i))
	}
	return d
}

func originTicket(i int) *desk.Ticket {
	who := desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", i%3)))
	if i == 4 {
		who = desk.To(desk.KindContact, "mute")
	}
	tk := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i))}, Subject: fmt.Sprintf("№ %d", i), Status: desk.Statuses[1+i%4], Priority: desk.PriorityHigh,
		Requester: who, Assignee: desk.To(desk.KindAgent, "a"), Group: desk.To(desk.KindGroup, "g"), Tags: []string{"a", "b"},
	}
	tk.Created = time.Date(1995, 1, 1, 0, i, 0, 0, time.UTC) // the clock of these tests begins in 2000
	for j := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("m", j)), At: tk.Created.Add(time.Duration(j) * time.Hour), Author: who, Text: fmt.Sprintf("turn %d\n  of %d", j, i), Note: j%3 == 2}
		if j%2 == 1 {
			m.Author = desk.To(desk.KindAgent, "a")
			m.HTML = fmt.Sprintf(`<ul><li>turn <b>%d</b></li></ul><img src="cid:logo@x">`, j)
			m.Text = readable(m.HTML)
			m.Files = []desk.File{conntest.Bytes("logo.png", "image/png", []byte("PNG"))}
			m.Files[0].CID, m.Files[0].Inline = "logo@x", true
		}
		for n := range (i + j) % 3 {
			m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("файл %d.bin", n), "application/octet-stream", []byte(fmt.Sprint(i, j, n))))
		}
		tk.Messages = append(tk.Messages, m)
	}
	return tk
}

// viewOf is what a system holds as people see it: each ticket under its subject.
func viewOf(t *testing.T, tickets []*desk.Ticket, from connectors.Fetcher) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, tk := range tickets {
		if _, twice := out[tk.Subject]; twice {
			t.Errorf("ticket %q is there twice", tk.Subject)
		}
		lines := []string{fmt.Sprint(tk.Status, " ", tk.Priority, " ", slices.Sorted(slices.Values(tk.Tags)), " by ", called(t, from, tk.Requester), " for ", called(t, from, tk.Assignee))}
		for _, m := range tk.Messages {
			line := fmt.Sprintf("%q %q %v %v %s", m.Text, m.HTML, m.At.UTC(), m.Note, called(t, from, m.Author))
			for i := range m.Files {
				line += fmt.Sprintf(" %s %s %s", m.Files[i].Name, m.Files[i].CID, fileText(t, &m.Files[i]))
			}
			lines = append(lines, line)
		}
		out[tk.Subject] = lines
	}
	return out
}

func called(t *testing.T, from connectors.Fetcher, ref desk.Ref) string {
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
		return r.Name + fmt.Sprint(r.Emails)
	}
	return ""
}

// viewOfDesk is that of a desk; what is gone there is not in it.
func viewOfDesk(t *testing.T, d *mem.Desk) map[string][]string {
	t.Helper()
	var tickets []*desk.Ticket
	all, _ := read(t, d, desk.KindTicket, "")
	for _, r := range all {
		if tk := r.(*desk.Ticket); !tk.Deleted {
			tickets = append(tickets, tk)
		}
	}
	return viewOf(t, tickets, d)
}

// viewOfAccount is that of an account; tickets that say that their source has them no
// more are counted instead.
func viewOfAccount(t *testing.T, a *zendesktest.Account, d *Target) (view map[string][]string, buried int) {
	t.Helper()
	var tickets []*desk.Ticket
	for _, id := range a.Tickets() {
		r, err := d.Fetch(t.Context(), desk.KindTicket, number(id))
		if err != nil {
			t.Fatal(err)
		}
		tk := r.(*desk.Ticket)
		if slices.Contains(tk.Tags, pipeline.DeletedTag) {
			buried++
			continue
		}
		tickets = append(tickets, tk)
	}
	return viewOf(t, tickets, d), buried
}

// Whatever fails on the way into Zendesk, also answers that are lost after it acted:
// in the end it holds what the origin does, nothing lost, nothing twice, and nobody
// was sent an e-mail; and so it is with what changes afterwards.
func TestStormInto(t *testing.T) {
	for seed := range uint64(stormSeeds(t)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormSeeds(t *testing.T) int {
	if testing.Short() {
		return 2
	}
	return 4
}

func stormInto(t *testing.T, seed uint64) {
	a := zendesktest.New(zendesktest.Options{SearchLag: time.Minute}) // with the vendor's own limits
	w := newWeather(seed)
	a.Break(w.fault)
	src := origin(30)
	c := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
	h := newHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	d := target(t, c, a)
	h.Target = d
	h.settle(t, 12)
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
	h.settle(t, 6)
	check("after the delta", 1, 31)
	t.Logf("what befell: %v", w.befell)
}

// The same for the way out of Zendesk: what it holds arrives, nothing lost and
// nothing twice.
func TestStormOutOf(t *testing.T) {
	for seed := range uint64(stormSeeds(t)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	a := zendesktest.New(zendesktest.Options{PageSize: 7, NoSideload: seed%2 == 1})
	w := newWeather(seed)
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
	a.Break(w.fault)
	dst := new(mem.Desk)
	c := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
	h := newHaul(t, w)
	src := open(t, c, a.Line())
	h.Source, h.Target = src, dst
	h.Reads, _ = Spec().CapsOf(c)
	_, h.Writes = dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h.settle(t, 12)
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
	h.settle(t, 6)
	same("after the delta", 31)
	t.Logf("what befell: %v", w.befell)
}
