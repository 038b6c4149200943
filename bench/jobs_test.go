package bench

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// oneByOne hides that a target makes records in jobs.
type oneByOne struct {
	connectors.Target
	connectors.Finder
	connectors.Fetcher
	connectors.Lagging
}

// How many requests tickets cost at Zendesk, and how long they take under
// the limits of a plan, in jobs and one by one; on a clock that leaps.
func TestJobsSaveRequests(t *testing.T) {
	const tickets = 500
	var requests [2]int64
	for i, jobs := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n, took := fillsZendesk(t, tickets, jobs)
			requests[i] = n
			t.Logf("in jobs: %v: %d requests for %d tickets, %s", jobs, n, tickets, took.Round(time.Second))
		})
	}
	if requests[1]*5 > requests[0] {
		t.Errorf("jobs cost %d requests, calls one by one %d: they save too little", requests[1], requests[0])
	}
}

func fillsZendesk(t *testing.T, tickets int, jobs bool) (int64, time.Duration) {
	account := zendesktest.New(zendesktest.Options{Rate: 200})
	line := &counted{next: account.Line(), cost: func(*http.Response) int64 { return 1 }}
	spec := zendesk.Spec()
	cfg := spec.Config().(*zendesk.Config)
	cfg.URL, cfg.Email, cfg.Token = "https://example.zendesk.test", zendesktest.Email, connectors.Secret(zendesktest.Token)
	store, ledger := memory(t)
	target, err := spec.Target(t.Context(), cfg, envOf(t, line, store, "t", false))
	if err != nil {
		t.Fatal(err)
	}
	if !jobs {
		target = oneByOne{target, target.(connectors.Finder), target.(connectors.Fetcher), target.(connectors.Lagging)}
	}
	_, writes := spec.CapsOf(cfg)
	p := &pipeline.Pipeline{
		Source: shop(t, tickets), Reads: mem.Spec().Reads, Target: target, Writes: writes, Store: store, Ledger: ledger, Run: 1,
		Marks: func(kind desk.Kind, parent, id desk.ID) string { return fmt.Sprint(kind, "/", parent, "/", id) },
	}
	began := time.Now()
	counts, err := p.Go(context.Background())
	if err != nil || counts[desk.KindTicket].Created != int64(tickets) {
		t.Fatalf("%+v, %v", counts, err)
	}
	return line.n.Load(), time.Since(began)
}

// shop is a desk with one contact and its tickets.
func shop(t *testing.T, tickets int) *mem.Desk {
	d := new(mem.Desk)
	who, err := d.Create(t.Context(), &desk.Contact{Name: "Zoë", Emails: []string{"zoe@acme.test"}})
	if err != nil {
		t.Fatal(err)
	}
	zoe := desk.Ref{Kind: desk.KindContact, Target: who.ID}
	for i := range tickets {
		tk := &desk.Ticket{Subject: fmt.Sprint("No. ", i), Status: desk.StatusOpen, Requester: zoe}
		tk.Created = time.Unix(int64(1e9+i), 0).UTC()
		tk.Messages = []desk.Message{{ID: desk.ID(fmt.Sprint(i, ".1")), Text: "hello", At: tk.Created, Author: zoe}}
		if _, err := d.Create(t.Context(), tk); err != nil {
			t.Fatal(err)
		}
	}
	return d
}
