package main

import (
	"cmp"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// cloud is a helpdesk over HTTP that the command line moves from and to.
type cloud struct {
	connector, url string
	place          string // what its location names, where that is no address; "" the url
	token          string
	key            string   // what the setting of it is called; "" token
	settings       []string // KEY=VALUE
	outbox         func() []string
	weather        *weather.Weather
	wary           bool // a run wants to have seen a canary
	people
}

// site is where a stand-in stands: under the address of a line to it, if there is one,
// and with a clock of its own.
type site struct {
	address string
	now     func() time.Time // nil: time.Now
}

// over is the weather there. Whoever answers tells the time.
func (at site) over(w *weather.Weather) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		next = w.Over(next)
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if at.now != nil {
				out.Header().Set("Date", at.now().UTC().Format(http.TimeFormat))
			}
			next.ServeHTTP(out, r)
		})
	}
}

func anRT(t *testing.T) *cloud { return rtAt(t, site{}) }

func rtAt(t *testing.T, at site) *cloud {
	s, w := rttest.New(), &weather.Weather{Totals: true}
	s.Clock = at.now
	url := s.Start(t.Cleanup, at.over(w))
	if at.address != "" {
		s.At(at.address)
	}
	return &cloud{
		connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox, weather: w, people: rtPeople{s, rttest.Token},
	}
}

func aFreshdesk(t *testing.T) *cloud { return freshdeskAt(t, site{}) }

func freshdeskAt(t *testing.T, at site) *cloud {
	s := freshdesktest.New()
	s.Clock = at.now
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_deskhaul", Label: "deskhaul", Type: "custom_text"})
	p := freshdeskPeople{s, s.AddAgent("Ann", "ann@desk.test"), s.AddContact(freshdesktest.Contact{Name: "New", Email: "new@customer.test"})}
	// Freshdesk's lists tell no totals, its searches do; and a reading makes none.
	w := new(weather.Weather)
	url, stop := s.Start(at.over(w))
	t.Cleanup(stop)
	if at.address != "" {
		s.At(at.address)
	}
	return &cloud{
		connector: "freshdesk", url: url, token: s.Key, settings: []string{"quiet=notifications-off", "mark_field=cf_deskhaul", "stand_in=ann@desk.test", "search_lag=1s"},
		outbox: s.Outbox, people: p, weather: w,
	}
}

func aZendesk(t *testing.T) *cloud { return zendeskAt(t, site{}) }

func zendeskAt(t *testing.T, at site) *cloud {
	w := &weather.Weather{Totals: true}
	s := zendesktest.NewServer(zendesktest.Options{Base: at.address, Now: at.now, ExportLag: -1, Rate: -1, ExportRate: -1, UpdateRate: -1}, at.over(w))
	t.Cleanup(s.Close)
	s.Quiet()
	p := zendeskPeople{s.Account, s.Set("users", map[string]any{"name": "Ann", "email": "ann@desk.test", "role": "agent"})}
	return &cloud{
		connector: "zendesk", url: s.URL, token: zendesktest.Token, settings: []string{"email=" + zendesktest.Email, "quiet=triggers-off", "rate=100000", "export_rate=100000", "update_rate=100000", "settling=1s"},
		outbox: s.Outbox, people: p, weather: w,
	}
}

// aMailbox is a mailbox of threads of five mails each; nobody works at it.
func aMailbox(t *testing.T, mails int) *cloud {
	path := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(path, 0, mails-1); err != nil {
		t.Fatal(err)
	}
	return &cloud{connector: "mbox", url: path, settings: []string{"agents.domains=desk.test"}}
}

// end is the flags that name the desk as one end of a move.
func (c *cloud) end(which string) []string {
	out := []string{"--" + which, c.connector + ":" + c.url}
	if c.place != "" {
		out = []string{"--" + which, c.connector + ":" + c.place, "--set", which + ".url=" + c.url}
	}
	if c.token != "" {
		out = append(out, "--set", fmt.Sprintf("%s.%s=${TOKEN_%s}", which, cmp.Or(c.key, "token"), strings.ToUpper(c.connector)))
	}
	for _, kv := range c.settings {
		out = append(out, "--set", which+"."+kv)
	}
	if which == "to" && c.token != "" && !c.wary {
		out = append(out, "--set", "to.canary=waived")
	}
	return out
}
