package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// A job tells of each ticket what became of it; also to a run that did not begin it.
func TestBulk(t *testing.T) {
	o := fast()
	o.Steps = 2
	a := zendesktest.New(o)
	d := target(t, config(), a)
	from, _ := peopled(t, d)
	var _ connectors.Bulk = d
	var rs []desk.Record
	for i := range 5 {
		rs = append(rs, plainTicket(desk.ID(fmt.Sprint(i)), from, "hello"))
	}
	rs[1].(*desk.Ticket).Requester.Target = "77" // nobody
	rs[2].(*desk.Ticket).Messages[0].Files = []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("bytes"))}
	for _, later := range []bool{false, true} {
		job, err := d.Begin(t.Context(), rs)
		if err != nil {
			t.Fatal(err)
		}
		who := d
		if later {
			who = target(t, config(), a)
		}
		receipts, errs, err := who.Await(t.Context(), job)
		if err != nil || len(receipts) != 5 || len(errs) != 5 {
			t.Fatalf("%v, %v, %v", receipts, errs, err)
		}
		for i := range rs {
			if refused := i == 1; (errs[i] != nil) != refused || (receipts[i].ID == "") != refused || refused && connectors.ReasonOf(errs[i]) != connectors.ReasonRefused {
				t.Errorf("item %d: %+v, %v", i, receipts[i], errs[i])
			}
		}
		if !later && (len(receipts[2].Files) != 1 || receipts[2].Files[0].Size != 5) {
			t.Errorf("the receipt of a file: %+v", receipts[2])
		}
		back, err := d.Fetch(t.Context(), desk.KindTicket, receipts[2].ID)
		if err != nil || fileText(t, &back.(*desk.Ticket).Messages[0].Files[0]) != "bytes" {
			t.Errorf("%+v, %v", back, err)
		}
	}
	if sent := a.Outbox(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

// What nobody knows of a job is not taken for failed, nor for done.
func TestBulkThatFailed(t *testing.T) {
	a := zendesktest.New(fast())
	d := target(t, config(), a)
	from, _ := peopled(t, d)
	rs := []desk.Record{plainTicket("1", from, "hello"), plainTicket("2", from, "hello")}
	for name, results := range map[string]string{"half": `[{"index":1,"id":99}]`, "none": `null`, "failed": `{"success":false}`, "beyond": `[{"index":7,"id":1}]`} {
		a.Break(nil)
		job, err := d.Begin(t.Context(), rs)
		if err != nil {
			t.Fatal(err)
		}
		a.Break(func(r *http.Request) *zendesktest.Fault {
			return &zendesktest.Fault{Status: 200, Body: `{"job_status":{"id":"x","status":"failed","message":"oh","results":` + results + `}}`}
		})
		receipts, errs, err := d.Await(t.Context(), job)
		if err != nil || !errors.Is(errs[0], connectors.ErrUnsure) {
			t.Errorf("%s: %v, %v, %v", name, receipts, errs, err)
		}
		if half := name == "half"; (errs[1] == nil) != half {
			t.Errorf("%s: %v", name, errs)
		}
	}
	a.Break(nil)
	if _, _, err := d.Await(context.Background(), "nonsense"); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("a job of somebody else: %v", err)
	}
}
