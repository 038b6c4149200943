package okdesk

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// configOf is a configuration for a stand-in, with pages so small that there are several,
// and no waiting.
func configOf(s *okdesktest.Server) *Config {
	return &Config{
		URL: okdesktest.URL, Token: connectors.Secret(s.Key), Quiet: quietDeclared, StandIn: "owner@acme.test", PerMinute: 1 << 20, Settling: "1ms",
		Settings: rest.Settings{Retries: new(2)}, page: 3, wait: time.Millisecond,
	}
}

func envOf(t *testing.T, line http.RoundTripper) connectors.Env {
	return connectors.Env{
		HTTP: &http.Client{Transport: line}, Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Temp: t.TempDir(), Now: time.Now,
	}
}

func sourceOf(t *testing.T, c *Config, env connectors.Env) *Source {
	t.Helper()
	s, err := newSource(c, env)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func targetOf(t *testing.T, c *Config, env connectors.Env) *Target {
	t.Helper()
	d, err := newTarget(c, env)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// readAll reads a kind and gives the records and the last cursor.
func readAll(t *testing.T, s *Source, kind desk.Kind, after connectors.Cursor) (out []desk.Record, end connectors.Cursor) {
	t.Helper()
	end = after
	for it, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		out, end = append(out, it.Record), it.Cursor
	}
	return out, end
}

// ticketsOf are the tickets by their subjects.
func ticketsOf(t *testing.T, s *Source) map[string]*desk.Ticket {
	t.Helper()
	out := map[string]*desk.Ticket{}
	records, _ := readAll(t, s, desk.KindTicket, "")
	for _, r := range records {
		out[r.(*desk.Ticket).Subject] = r.(*desk.Ticket)
	}
	return out
}
