package zendesk

import (
	"bytes"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// An endpoint that lies about how much there is, or where it goes on, is not
// believed: all is read, or the reading ends with an error.
func TestLies(t *testing.T) {
	for name, lie := range map[string]struct {
		old, now string
		fails    bool
	}{
		"more, and nowhere":        {`"has_more":false`, `"has_more":true,"after_cursor":null,"x":false`, true},
		"round in a circle":        {`"meta":{`, `"meta":{"has_more":true,"after_cursor":"x"},"y":{`, true},
		"no list at all":           {`"comments":[`, `"remarks":[`, true},
		"the list is null":         {`"comments":[`, `"comments":null,"remarks":[`, true},
		"a total that is too low":  {`"meta":{`, `"count":0,"meta":{`, false},
		"a total that is too high": {`"meta":{`, `"count":1000000,"meta":{`, false},
	} {
		a := zendesktest.New(fast())
		a.SetTicket(given{"subject": "x"}, given{"body": "1"}, given{"body": "2"}, given{"body": "3"}, given{"body": "4"})
		a.Break(func(r *http.Request) *zendesktest.Fault {
			if !strings.HasSuffix(r.URL.Path, "/comments") {
				return nil
			}
			return &zendesktest.Fault{Change: func(b []byte) []byte { return bytes.Replace(b, []byte(lie.old), []byte(lie.now), 1) }}
		})
		n := 0
		var failed error
		for it, err := range open(t, config(), a.Line()).Read(t.Context(), desk.KindTicket, "") {
			if failed = err; err == nil && it.Record != nil {
				n += len(it.Record.(*desk.Ticket).Messages)
			}
		}
		if lie.fails != (failed != nil) || !lie.fails && n != 4 {
			t.Errorf("%s: %d messages, %v", name, n, failed)
		}
	}
}

// An export that says there is more, and not where, ends with an error; one whose
// cursor has gone stale begins anew.
func TestExportLies(t *testing.T) {
	a := zendesktest.New(fast())
	for range 7 {
		a.SetTicket(given{"subject": "x"}, given{"body": "1"})
	}
	s := open(t, config(), a.Line())
	got, _ := read(t, s, desk.KindTicket, "1:stale")
	if len(got) != 7 {
		t.Errorf("from a stale cursor %d tickets were read", len(got))
	}
	a.Break(func(r *http.Request) *zendesktest.Fault {
		return &zendesktest.Fault{Change: func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"after_cursor":"`), []byte(`"after_cursor":"","z":"`), 1)
		}}
	})
	for _, err := range open(t, config(), a.Line()).Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			return
		}
	}
	t.Error("an export that does not say where it goes on was read as if it were whole")
}

// slowLine takes a while for each answer, as a network and a vendor do.
type slowLine struct {
	next  http.RoundTripper
	takes time.Duration
}

func (l slowLine) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(l.takes)
	return l.next.RoundTrip(r)
}

// A reading holds the rate that the vendor allows. After a rest it may be a second
// ahead of it, which is why a handful of calls is turned away and repeated. The clock
// is not a real one.
func TestHoldsTheRate(t *testing.T) {
	for name, share := range map[string]float64{"": 1, "50%": 0.5} {
		t.Run("budget="+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := zendesktest.New(zendesktest.Options{})
				const tickets = 2000
				for range tickets {
					a.SetTicket(given{"subject": "x"}, given{"body": "1"})
				}
				time.Sleep(2 * time.Minute)
				var turned atomic.Int64
				line := slowLine{a.Line(), 300 * time.Millisecond}
				watch := watcher(func(r *http.Response) {
					if r.StatusCode == http.StatusTooManyRequests {
						turned.Add(1)
					}
				})
				c := &Config{URL: "acme", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
				c.Budget = name
				began := time.Now()
				got, _ := read(t, open(t, c, watch.around(line)), desk.KindTicket, "")
				took := time.Since(began)
				calls := len(a.Requests())
				held := float64(calls) / took.Minutes() / 700 / share
				t.Logf("%d tickets, %d calls in %s: %.1f%% of the rate, %d turned away", len(got), calls, took, 100*held, turned.Load())
				if len(got) != tickets || held < 0.97 || held > 1.02 || turned.Load() > 12 {
					t.Errorf("%d tickets, %.1f%% of the rate, %d turned away", len(got), 100*held, turned.Load())
				}
			})
		})
	}
}

type watcher func(*http.Response)

func (w watcher) around(next http.RoundTripper) http.RoundTripper { return watched{next, w} }

type watched struct {
	next http.RoundTripper
	look watcher
}

func (w watched) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(r)
	if err == nil {
		w.look(resp)
	}
	return resp, err
}
