package znuny

import (
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// Check says what is missing, and what to do, and makes nothing.
func TestCheckTellsWhatIsMissing(t *testing.T) {
	for name, of := range map[string]struct {
		change func(*znunytest.Server, *Config)
		says   string // "" nothing is missing
	}{
		"nothing":       {func(*znunytest.Server, *Config) {}, ""},
		"password":      {func(_ *znunytest.Server, c *Config) { c.Password = "wrong" }, "look at user and password"},
		"operation":     {func(s *znunytest.Server, _ *Config) { delete(s.Routes, "POST /TicketUpdate") }, "operation TicketUpdate"},
		"history":       {func(s *znunytest.Server, _ *Config) { delete(s.Routes, "POST /TicketHistoryGet") }, "operation TicketHistoryGet"},
		"service":       {func(_ *znunytest.Server, c *Config) { c.Service = "other" }, "is there a web service other"},
		"queue":         {func(_ *znunytest.Server, c *Config) { c.Queue = "Nowhere" }, "name in queue one that stands there, now Nowhere"},
		"type":          {func(_ *znunytest.Server, c *Config) { c.Type = "Nothing" }, "name in type"},
		"mark":          {func(_ *znunytest.Server, c *Config) { c.Mark = "nomark" }, `dynamic field "nomark"`},
		"field":         {func(_ *znunytest.Server, c *Config) { c.Fields = []string{"nofield"} }, `dynamic field "nofield"`},
		"created field": {func(_ *znunytest.Server, c *Config) { c.CreatedField = "nodate" }, `dynamic field "nodate"`},
		"zone":          {func(_ *znunytest.Server, c *Config) { c.Zone = "Asia/Tokyo" }, "write in zone what its setting OTRSTimeZone says"},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := znunytest.New(), configOf()
			s.AddTicket(znunytest.Ticket{})
			of.change(s, c)
			_, err := targetOf(t, c, envOf(t, s.Transport())).Describe(t.Context())
			if (err == nil) != (of.says == "") || err != nil && !strings.Contains(err.Error(), of.says) {
				t.Errorf("check says %v, want %q", err, of.says)
			}
			if err != nil && name != "service" && !errors.Is(err, connectors.ErrDenied) {
				t.Errorf("a run would go on: %v", err)
			}
			if n := len(s.Standing()); n != 1 {
				t.Errorf("check made %d tickets", n-1)
			}
		})
	}
}

// A Znuny that looks domains up is told of, for it refuses those who are gone.
func TestCheckTellsOfLookedUpDomains(t *testing.T) {
	s := znunytest.New()
	s.CheckMX = true
	target := targetOf(t, configOf(), envOf(t, s.Transport()))
	schema, err := target.Describe(t.Context())
	if err != nil || !strings.Contains(schema.Notes[0].Text+schema.Notes[1].Text, "CheckMXRecord") {
		t.Errorf("%+v, %v", schema.Notes, err)
	}
	_, err = target.Create(t.Context(), &desk.Contact{Emails: []string{"a@old.gone"}})
	if !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "CheckMXRecord") {
		t.Errorf("%v", err)
	}
	// Who wrote stands in the line all the same.
	got, err := target.Create(t.Context(), &desk.Ticket{Meta: desk.Meta{Mark: "dh"}, Subject: "x", Requester: desk.Ref{Kind: desk.KindContact, Target: "a@a.test"}, Messages: []desk.Message{{ID: "m", Text: "x", From: desk.Address{Name: "Gone", Email: "g@old.gone"}}}})
	if err != nil {
		t.Fatal(err)
	}
	back, err := target.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil || back.(*desk.Ticket).Messages[0].From != (desk.Address{Name: "Gone", Email: "g@old.gone"}) {
		t.Errorf("%+v, %v", back, err)
	}
}
