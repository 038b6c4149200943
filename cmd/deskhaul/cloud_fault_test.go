package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// fault is what goes wrong with a request.
type fault struct {
	status     int
	header     http.Header
	lost, half bool
}

// weather is how a server behaves: now and then something goes wrong.
type weather struct {
	mu   sync.Mutex
	rng  *rand.Rand
	bad  atomic.Bool
	hits atomic.Int64
}

func newWeather(t *testing.T) *weather {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return &weather{rng: rand.New(rand.NewPCG(seed, 0))}
}

// next is what goes wrong with the next request; nil nothing.
func (w *weather) next() *fault {
	if !w.bad.Load() {
		return nil
	}
	w.mu.Lock()
	n := w.rng.IntN(150)
	w.mu.Unlock()
	faults := []fault{
		{status: http.StatusTooManyRequests},
		{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"1"}}},
		{status: http.StatusInternalServerError},
		{status: http.StatusBadGateway},
		{status: http.StatusServiceUnavailable, header: http.Header{"Retry-After": {"1"}}},
		{lost: true},
		{lost: true},
		{half: true},
	}
	if n >= len(faults) {
		return nil
	}
	w.hits.Add(1)
	return &faults[n]
}

func (w *weather) overZendesk(s *zendesktest.Account) {
	s.Break(func(*http.Request) *zendesktest.Fault {
		if f := w.next(); f != nil {
			return &zendesktest.Fault{Status: f.status, Header: f.header, Lost: f.lost, Half: f.half}
		}
		return nil
	})
}

func (w *weather) overFreshdesk(s *freshdesktest.Server) {
	s.Fault = func(*http.Request) freshdesktest.Fault {
		if f := w.next(); f != nil {
			return freshdesktest.Fault{Status: f.status, Header: f.header, Lose: f.lost, Half: f.half}
		}
		return freshdesktest.Fault{}
	}
}

// Servers that refuse, break off, and act without answering, and a process that is
// killed: in the end everything is there once, and nobody was e-mailed.
func TestHelpdesksInBadWeather(t *testing.T) {
	for name, start := range map[string][2]func(*testing.T) *cloud{
		"zendesk to freshdesk": {aZendesk, aFreshdesk}, "freshdesk to zendesk": {aFreshdesk, aZendesk},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 149); err != nil {
				t.Fatal(err)
			}
			old, next := start[0](t), start[1](t)
			w := newWeather(t)
			old.storm(w)
			next.storm(w)
			weathered(t, w, travel(t, "mbox:"+mbox, old).fromMailbox())
			j := travel(t, old, next)
			weathered(t, w, j)
			ids := old.ids(t)
			old.answer(t, ids["Case 1"], 1001)
			old.note(t, ids["Case 1"], 1002)
			old.open(t, "Case new", 1003)
			weathered(t, w, j)
			if d := cmp.Diff(old.read(t), next.read(t)); d != "" {
				t.Error(d)
			}
			for _, c := range []*cloud{old, next} {
				if mails := c.outbox(); len(mails) > 0 {
					t.Errorf("%s sent %d e-mails, such as %s", c.connector, len(mails), mails[0])
				}
			}
			if w.hits.Load() < 5 {
				t.Errorf("only %d requests went wrong: that says nothing", w.hits.Load())
			}
			t.Logf("%d requests went wrong", w.hits.Load())
		})
	}
}

// weathered makes a journey in bad weather, killed once, until nothing is left to do.
func weathered(t *testing.T, w *weather, j *journey) {
	t.Helper()
	w.bad.Store(true)
	defer w.bad.Store(false)
	c := j.command(t, "migrate")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(700*time.Millisecond, func() { _ = c.Process.Kill() })
	_ = c.Wait()
	timer.Stop()
	said := ""
	for try := range 12 {
		w.bad.Store(try < 10)
		c := j.command(t, "retry")
		if try%2 == 0 {
			c = j.command(t, "migrate")
		}
		out, err := c.CombinedOutput()
		if err == nil && try > 0 {
			return
		}
		if code := c.ProcessState.ExitCode(); code != exitDone && code != exitError && code != exitQuarantine {
			t.Fatalf("exit code %d: %v\n%s", code, err, out)
		}
		said = fmt.Sprintf("%v\n%s", err, out)
		time.Sleep(time.Second)
	}
	t.Fatalf("it never came to an end: %s", said)
}
