package bench

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/freshdesk"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// answersTake is how long an answer is on its way, as a network and a vendor have it.
const answersTake = 300 * time.Millisecond

// counted counts what is sent, in what the vendor counts: calls, or credits.
type counted struct {
	next   http.RoundTripper
	cost   func(*http.Response) int64
	n      atomic.Int64
	turned atomic.Int64 // those that were too many
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(answersTake)
	resp, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		c.turned.Add(1)
	} else {
		c.n.Add(c.cost(resp))
	}
	return resp, nil
}

// rates are the plans that are tried, in calls a minute; the integration tests add
// to them.
var rates = []int{200}

// The share of a vendor's rate that a run holds: a whole run of the pipeline against
// the stand-in with the limits of a plan, on a clock that leaps from event to event.
// The aim is 98%; what the limits cost that are not the plan's is told beside it.
func TestShareOfTheRate(t *testing.T) {
	for name, source := range map[string]func(rate, minutes int) (connectors.Spec, any, *counted, int){
		"zendesk": zendeskOf, "freshdesk": freshdeskOf,
	} {
		for _, rate := range rates {
			t.Run(fmt.Sprint(name, " ", rate, " a minute"), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { holdsTheRate(t, rate, source) })
			})
		}
	}
}

// zendeskOf is an account that is read in about so many minutes.
func zendeskOf(rate, minutes int) (connectors.Spec, any, *counted, int) {
	account := zendesktest.New(zendesktest.Options{Rate: rate})
	who := account.Set("users", map[string]any{"name": "Ann", "email": "ann@customer.test"})
	for i := range rate * minutes {
		account.SetTicket(map[string]any{"subject": fmt.Sprint(i), "status": "open", "requester_id": who},
			map[string]any{"author_id": who, "body": "hello", "public": true})
	}
	time.Sleep(2 * time.Minute) // an export leaves out what is younger
	spec := zendesk.Spec()
	cfg := spec.Config().(*zendesk.Config)
	cfg.URL, cfg.Email, cfg.Token = "https://example.zendesk.test", zendesktest.Email, connectors.Secret(zendesktest.Token)
	return spec, cfg, &counted{next: account.Line(), cost: func(*http.Response) int64 { return 1 }}, rate * minutes
}

// freshdeskOf is the same of Freshdesk. Lists of tickets and contacts have limits of
// their own, and do not count.
func freshdeskOf(rate, minutes int) (connectors.Spec, any, *counted, int) {
	s := freshdesktest.New()
	s.Limits = map[string]int{}
	for class, n := range freshdesktest.Growth {
		s.Limits[class] = n * rate / freshdesktest.Growth[""]
	}
	who := s.AddContact(freshdesktest.Contact{Name: "Ann", Email: "ann@customer.test"})
	tickets := rate * minutes / 3
	for i := range tickets {
		at := time.Now().Add(time.Duration(i-tickets-1) * time.Minute)
		s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint(i), HTML: "hello", Requester: who, Status: int64(2 + i%4), At: at})
	}
	spec := freshdesk.Spec()
	cfg := spec.Config().(*freshdesk.Config)
	cfg.URL, cfg.Token = freshdesktest.URL, connectors.Secret(s.Key)
	return spec, cfg, &counted{next: s.Transport(), cost: func(resp *http.Response) int64 {
		if resp.Header.Get("X-Ratelimit-Total") != strconv.Itoa(rate) {
			return 0
		}
		n, err := strconv.ParseInt(resp.Header.Get("X-Ratelimit-Used-Currentrequest"), 10, 64)
		if err != nil {
			panic(err)
		}
		return n
	}}, tickets
}

func holdsTheRate(t *testing.T, rate int, of func(rate, minutes int) (connectors.Spec, any, *counted, int)) {
	spec, cfg, line, tickets := of(rate, rounds.Of(10, 10, 20))
	store, ledger := memory(t)
	source, err := spec.Source(t.Context(), cfg, envOf(t, line, store, "s", true))
	if err != nil {
		t.Fatal(err)
	}
	p := &pipeline.Pipeline{
		Source: source, Reads: spec.Reads, Target: new(mem.Desk), Writes: mem.Spec().Writes, Store: store, Ledger: ledger, Run: 1,
		Marks: func(_ desk.Kind, parent, id desk.ID) string { return fmt.Sprint(parent, "/", id) },
	}
	began := time.Now()
	counts, err := p.Go(context.Background())
	took := time.Since(began)
	if err != nil || counts[desk.KindTicket].Created != int64(tickets) {
		t.Fatalf("%+v, %v", counts, err)
	}
	share := float64(line.n.Load()) / (float64(rate) * took.Minutes())
	t.Logf("%d tickets, %d calls or credits in %s: %.1f%% of the rate, %d turned away", tickets, line.n.Load(), took.Round(time.Second), 100*share, line.turned.Load())
	if share < 0.975 {
		t.Errorf("the run holds only %.1f%% of the rate", 100*share)
	}
}

// memory is the store of a run that is thrown away, and its ledger.
func memory(t *testing.T) (checkpoints.Store, checkpoints.Ledger) {
	store, err := checkpoints.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	ledger, err := store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s", Target: "t"})
	if err != nil {
		t.Fatal(err)
	}
	return store, ledger
}

// envOf is what a connector gets beside its configuration.
func envOf(t *testing.T, line http.RoundTripper, store checkpoints.Store, name string, source bool) connectors.Env {
	return connectors.Env{
		HTTP: &http.Client{Transport: line}, Log: slog.New(slog.DiscardHandler), State: pipeline.State(store, name, source), Temp: t.TempDir(), Now: time.Now, Name: name,
	}
}
