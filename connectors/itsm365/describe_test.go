package itsm365

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

func told(t *testing.T, d connectors.Describer) (string, connectors.Schema) {
	t.Helper()
	schema, err := d.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, n := range schema.Notes {
		all = append(all, n.Level+" "+n.Text)
	}
	return strings.Join(all, "\n"), schema
}

// Check compares the configuration with the metadata, or, where the key may not read it, with
// some objects: attributes that are not there, with the one that is meant perhaps; states that
// are not understood; who is responsible and no agent.
func TestDescribeSource(t *testing.T) {
	for name, hidden := range map[string]bool{"metadata": false, "objects": true} {
		t.Run(name, func(t *testing.T) {
			s, ids := stocked()
			s.NoMetainfo = hidden
			s.AddState(itsm365test.State{Code: "turquoise", Title: "Бирюзовая"})
			s.Change(ids["ticket"], map[string]any{"responsibleEmployee": ids["olga"], "state": "turquoise"})
			c := configOf(s)
			c.Tickets = Class{Attributes: map[string]string{"subject": "shortDesc", "category": "slmServce"}, Fields: map[string]string{"town": "city", "floor": "flor"}}
			notes, schema := told(t, sourceOf(t, c, envOf(t, s.Transport())))
			for _, want := range []string{`"shortDesc" – is it "shortDescr"`, `error tickets: fields: floor`, `"turquoise"`, ids["olga"]} {
				if !strings.Contains(notes, want) {
					t.Errorf("it does not tell %s:\n%s", want, notes)
				}
			}
			fields := map[string]connectors.Field{}
			for _, f := range schema.Fields {
				fields[f.Name] = f
			}
			if f := fields["fields.town"]; f.Source != "city" || f.Kind != desk.KindTicket || !hidden && f.Title != "Город" {
				t.Errorf("%+v", f)
			}
			if f := fields["fields.state"]; f.Means["turquoise"] != "" || !hidden && f.Means["resolved"] != "solved" {
				t.Errorf("%+v", f)
			}
		})
	}
}

// It tells a zone that cannot be, dates that it cannot read, and a key that may not get.
func TestDescribeDoubts(t *testing.T) {
	for want, change := range map[string]func(*itsm365test.Server, *Config){
		"zone: a ticket was last changed": func(_ *itsm365test.Server, c *Config) { c.Zone = "America/New_York" },
		"dates: ":                         func(s *itsm365test.Server, _ *Config) { s.Layout = "02/01/06 15h04m05" },
		"right to read single objects":    func(s *itsm365test.Server, _ *Config) { s.NoGet = true },
	} {
		s, ids := stocked()
		s.Change(ids["ticket"], nil)
		c := configOf(s)
		change(s, c)
		if notes, _ := told(t, sourceOf(t, c, envOf(t, s.Transport()))); !strings.Contains(notes, "error") || !strings.Contains(notes, want) {
			t.Errorf("it does not tell %s:\n%s", want, notes)
		}
	}
}

// Before anything is written it tells what must be filled and is not, states that are not
// there, types that are not there; and stops without an attribute for our mark.
func TestDescribeTarget(t *testing.T) {
	s, c := installation()
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "agreement", Title: "Соглашение", Type: itsm365test.Ref, Required: true})
	c.Write = map[string]string{"solved": "finished"}
	c.Organizations.Made = "ou$firm"
	target := func() *Target {
		d, err := newTarget(c, envOf(t, s.Transport()))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	notes, _ := told(t, target())
	for _, want := range []string{`error tickets: the attribute "agreement" (Соглашение) must be filled`, `"finished"`, `"ou$firm": name one of ou$ou`, "cannot be asked for"} {
		if !strings.Contains(notes, want) {
			t.Errorf("it does not tell %s:\n%s", want, notes)
		}
	}
	s.DropAttribute("ou", "deskhaul")
	if _, err := target().Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "of ou") {
		t.Error(err)
	}
}

// A mistake in the configuration is told by its key.
func TestCheck(t *testing.T) {
	good := Config{URL: "https://acme.itsm365.com", Key: "x"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Config){
		"url: ":                   func(c *Config) { c.URL = "http://acme.itsm365.com" },
		"token: missing":          func(c *Config) { c.Key = "" },
		"prefix: ":                func(c *Config) { c.Prefix = "gateway" },
		"zone: ":                  func(c *Config) { c.Zone = "Москва" },
		"dates: ":                 func(c *Config) { c.Dates = "yyyy.MM.dd" },
		"statuses: resolved":      func(c *Config) { c.Statuses = map[string]string{"resolved": "done"} },
		"write: ":                 func(c *Config) { c.Write = map[string]string{"done": "resolved"} },
		"priorities: priority$1":  func(c *Config) { c.Priorities = map[string]string{"priority$1": "higher"} },
		"through: closed":         func(c *Config) { c.Through = map[string]string{"closed": "resolved", "resolved": "closed"} },
		"tickets: attributes":     func(c *Config) { c.Tickets.Attributes = map[string]string{"colour": "x"} },
		"contacts: \"a b\"":       func(c *Config) { c.Contacts.Class = "a b" },
		"quiet: ":                 func(c *Config) { c.Quiet = "yes" },
		"settling: ":              func(c *Config) { c.Settling = "soon" },
		"max_file, per_minute: m": func(c *Config) { c.MaxFile = -1 },
	} {
		c := good
		change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// The address may be written short; dates are read as they are configured, and as they were met.
func TestLocationAndDates(t *testing.T) {
	for said, want := range map[string]string{"acme": "https://acme.itsm365.com", "sd.acme.ru": "https://sd.acme.ru", "http://127.0.0.1:1": "http://127.0.0.1:1"} {
		c := new(Config)
		if err := locate(c, said); err != nil || c.URL != want {
			t.Errorf("%s: %s, %v", said, c.URL, err)
		}
	}
	c := &Config{Dates: "dd.MM.yyyy HH:mm:ss"}
	a := &api{config: c, zone: time.FixedZone("", 3*60*60)}
	for _, said := range []string{"03.02.2024 09:07:08", "2024.02.03 09:07:08", "2024-02-03 09:07:08", "2024.02.03 09:07:08.000", "2024-02-03T06:07:08Z"} {
		if got := a.time(said); !got.Equal(morning) {
			t.Errorf("%s is read as %s", said, got)
		}
	}
	if got := a.date(morning); got != "03.02.2024 09:07:08" {
		t.Error(got)
	}
	if got := fmt.Sprint(a.time("soon"), a.time(nil)); got != fmt.Sprint(time.Time{}, time.Time{}) {
		t.Error(got)
	}
}
