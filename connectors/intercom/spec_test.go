package intercom

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// What is missing or wrong is told by its key.
func TestCheck(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"": func(*Config) {}, "workspace": func(c *Config) { c.Workspace = "https://app.intercom.com/a/apps/wjw5eps7/inbox" }, "token": func(c *Config) { c.Token = "" },
		"region": func(c *Config) { c.Region = "mars" }, "url": func(c *Config) { c.URL = "http://api.intercom.io" }, "only": func(c *Config) { c.Only = "calls" },
		"quiet": func(c *Config) { c.Quiet = "yes" }, "leftovers": func(c *Config) { c.Leftovers = "none" }, "others": func(c *Config) { c.Others = "bob" },
		"ticket_type": func(c *Config) { c.TicketType = "Request" }, "images": func(c *Config) { c.Images = "evil" }, "search_lag": func(c *Config) { c.SearchLag = -1 },
		"mark_attribute": func(c *Config) { c.Mark = titleAttribute }, "tags_attribute": func(c *Config) { c.Tags = "deskhaul" }, "budget": func(c *Config) { c.Budget = "all" },
	} {
		c := &Config{Workspace: "wjw5eps7", Token: "x"}
		change(c)
		err := c.Check()
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A workspace is named by its ID, or by the address of one of its pages, which tells the
// region too.
func TestLocation(t *testing.T) {
	for given, want := range map[string]string{
		"wjw5eps7": "https://app.intercom.com/wjw5eps7", "https://app.eu.intercom.com/a/inbox/abc/inbox/conversation/7": "https://app.eu.intercom.com/abc",
		"https://app.intercom.com/a/apps/abc": "https://app.intercom.com/abc",
	} {
		c := new(Config)
		if err := locate(c, given); err != nil || Spec().Account(c) != want {
			t.Errorf("%s is %s (%v), want %s", given, Spec().Account(c), err, want)
		}
	}
	for region, base := range map[string]string{"": "https://api.intercom.io", "eu": "https://api.eu.intercom.io", "au": "https://api.au.intercom.io"} {
		if c := (&Config{Region: region}); c.base() != base {
			t.Errorf("%q is at %s", region, c.base())
		}
	}
}

// Old addresses lead to what they showed.
func TestPages(t *testing.T) {
	pages := Spec().Pages(&Config{Workspace: "abc"})
	for address, want := range map[string]desk.ID{
		"https://app.intercom.com/a/inbox/abc/inbox/conversation/215": "215", "https://app.intercom.com/a/inbox/abc/inbox/shared/all/conversation/215?view=List": "215",
		"https://app.intercom.com/a/inbox/abc/inbox/admin/77/conversation/215": "215", "https://app.intercom.com/a/inbox/other/inbox/conversation/215": "",
	} {
		if _, id, _ := pages.Find(address); id != want {
			t.Errorf("%s leads to %q", address, id)
		}
	}
}

// The rate that the headers tell is kept to: nothing is turned away.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := intercomtest.New()
		s.Limit = 20
		who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
		for range 100 {
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>"})
		}
		turned := 0
		inner := s.Transport()
		env := envOf(t, line(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			if err == nil && resp.StatusCode == http.StatusTooManyRequests {
				turned++
			}
			return resp, err
		}))
		began := time.Now()
		c := configOf(s)
		c.page = 0
		if n := len(ticketsOf(t, sourceOf(t, c, env))); n != 100 {
			t.Errorf("%d were read of 100", n)
		}
		took := time.Since(began)
		if least := 50 * time.Second; took > 2*least || turned > 8 {
			t.Errorf("it took %s, about %s are needed; %d calls were turned away", took, least, turned)
		}
	})
}

// line answers every request by itself.
type line func(*http.Request) (*http.Response, error)

func (l line) RoundTrip(r *http.Request) (*http.Response, error) { return l(r) }

// What would save a loss is named.
func TestSaves(t *testing.T) {
	c := new(Config)
	if set, _, ok := c.Saves(desk.KindTicket, connectors.Loss{Field: "tags"}); !ok || set["tags_attribute"] != "Tags" {
		t.Errorf("%v %t", set, ok)
	}
	if set, _, ok := c.Saves(desk.KindMessage, connectors.Loss{Field: "file", Why: connectors.WhyTooLarge, Value: "123"}); !ok || set["max_file"] != int64(123) {
		t.Errorf("%v %t", set, ok)
	}
	if _, also, ok := c.Saves(desk.KindMessage, connectors.Loss{Field: "message.author"}); ok || also == "" {
		t.Errorf("%q %t", also, ok)
	}
}
