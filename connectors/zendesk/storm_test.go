package zendesk

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
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
	return "dh" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
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
	return 3
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
