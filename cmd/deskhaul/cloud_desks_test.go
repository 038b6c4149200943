package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// cloud is a helpdesk over HTTP that the command line moves from and to.
type cloud struct {
	connector, url string
	token          string
	settings       []string // KEY=VALUE
	outbox         func() []string
	weather        *weather.Weather
	wary           bool // a run wants to have seen a canary
	people
}

func anRT(t *testing.T) *cloud {
	s, w := rttest.New(), &weather.Weather{Totals: true}
	url := s.Start(t.Cleanup, w.Over)
	return &cloud{
		connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox, weather: w, people: rtPeople{s, rttest.Token},
	}
}

func aFreshdesk(t *testing.T) *cloud {
	s := freshdesktest.New()
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_deskhaul", Label: "deskhaul", Type: "custom_text"})
	p := freshdeskPeople{s, s.AddAgent("Ann", "ann@desk.test"), s.AddContact(freshdesktest.Contact{Name: "New", Email: "new@customer.test"})}
	// Freshdesk's lists tell no totals, its searches do; and a reading makes none.
	w := new(weather.Weather)
	url, stop := s.Start(w.Over)
	t.Cleanup(stop)
	return &cloud{
		connector: "freshdesk", url: url, token: s.Key, settings: []string{"quiet=notifications-off", "mark_field=cf_deskhaul", "stand_in=ann@desk.test", "search_lag=1s"},
		outbox: s.Outbox, people: p, weather: w,
	}
}

func aZendesk(t *testing.T) *cloud {
	w := &weather.Weather{Totals: true}
	s := zendesktest.NewServer(zendesktest.Options{ExportLag: -1, Rate: -1, ExportRate: -1, UpdateRate: -1}, w.Over)
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
	if c.token != "" {
		out = append(out, "--set", fmt.Sprintf("%s.token=${TOKEN_%s}", which, strings.ToUpper(c.connector)))
	}
	for _, kv := range c.settings {
		out = append(out, "--set", which+"."+kv)
	}
	if which == "to" && c.token != "" && !c.wary {
		out = append(out, "--set", "to.canary=waived")
	}
	return out
}
