package freshdesk

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// What the vendor allows for making tickets is kept to, and used. The share is
// measured from the first ticket on, over more minutes than the first, in which the
// limit is learnt.
func TestWritesAtTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := freshdesktest.New()
		s.Limits = freshdesktest.Growth
		src := new(mem.Desk)
		src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c"}, Name: "C", Emails: []string{"c@a.test"}})
		const tickets = 480
		for i := range tickets {
			src.Seed(&desk.Ticket{
				Meta: desk.Meta{ID: desk.ID(fmt.Sprint(i))}, Subject: fmt.Sprint(i), Status: desk.StatusOpen, Requester: desk.To(desk.KindContact, "c"),
				Messages: []desk.Message{{ID: "m", Author: desk.To(desk.KindContact, "c"), Text: "x"}},
			})
		}
		var first atomic.Int64
		turned := atomic.Int64{}
		c := configOf(s)
		h := weather.NewHaul(t, nil)
		h.Source = src
		h.Reads, _ = mem.Spec().CapsOf(src)
		_, h.Writes = Spec().CapsOf(c)
		target, err := newTarget(c, envOf(t, line(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost && r.URL.Path == "/api/v2/tickets" {
				first.CompareAndSwap(0, time.Now().UnixNano())
			}
			resp, err := s.Transport().RoundTrip(r)
			if err == nil && resp.StatusCode == http.StatusTooManyRequests {
				turned.Add(1)
			}
			return resp, err
		})))
		if err != nil {
			t.Fatal(err)
		}
		h.Target = target
		h.Settle(t, 0)
		took := time.Since(time.Unix(0, first.Load()))
		allowed := time.Duration(tickets) * time.Minute / time.Duration(freshdesktest.Growth[freshdesktest.ClassTicketCreate])
		share := float64(allowed) / float64(took)
		t.Logf("%d tickets in %s: %.1f%% of the rate, %d calls turned away", tickets, took.Round(time.Second), share*100, turned.Load())
		if n := s.Counts()["tickets"]; n != tickets || share < 0.98 || turned.Load() > 10 {
			t.Errorf("%d tickets of %d", n, tickets)
		}
	})
}
