package bench

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// counted counts what is sent.
type counted struct {
	next http.RoundTripper
	n    atomic.Int64
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.next.RoundTrip(r)
}

// rates are the plans that are tried, in calls a minute; the integration tests add
// to them.
var rates = []int{200}

// The share of Zendesk's rate that a run holds: a whole run of the pipeline against
// the stand-in with the limits of a plan, on a clock that leaps from event to event.
// The aim is 98%; what the limits cost that are not the plan's is told beside it.
func TestShareOfTheRate(t *testing.T) {
	for _, rate := range rates {
		t.Run(fmt.Sprint(rate, " a minute"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { holdsTheRate(t, rate, 20) })
		})
	}
}

func holdsTheRate(t *testing.T, rate, minutes int) {
	account := zendesktest.New(zendesktest.Options{Rate: rate})
	who := account.Set("users", map[string]any{"name": "Ann", "email": "ann@customer.test"})
	for i := range rate * minutes {
		account.SetTicket(map[string]any{"subject": fmt.Sprint(i), "status": "open", "requester_id": who},
			map[string]any{"author_id": who, "body": "hello", "public": true})
	}
	time.Sleep(2 * time.Minute) // an export leaves out what is younger
	line := &counted{next: account.Line()}
	spec := zendesk.Spec()
	cfg := spec.Config().(*zendesk.Config)
	cfg.URL, cfg.Email, cfg.Token = "https://example.zendesk.test", zendesktest.Email, connectors.Secret(zendesktest.Token)
	store, err := checkpoints.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it is thrown away
	ledger, err := store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s", Target: "t"})
	if err != nil {
		t.Fatal(err)
	}
	source, err := spec.Source(t.Context(), cfg, connectors.Env{
		HTTP: &http.Client{Transport: line}, Log: slog.New(slog.DiscardHandler), State: pipeline.State(store, "s", true), Temp: t.TempDir(), Now: time.Now, Name: "s",
	})
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
	if err != nil || counts[desk.KindTicket].Created != int64(rate*minutes) {
		t.Fatalf("%+v, %v", counts, err)
	}
	share := float64(line.n.Load()) / (float64(rate) * took.Minutes())
	t.Logf("%d requests in %s: %.1f%% of the rate", line.n.Load(), took.Round(time.Second), 100*share)
	if share < 0.975 { // of 98.3 and 99.2 when this was written
		t.Errorf("the run holds only %.1f%% of the rate", 100*share)
	}
}
