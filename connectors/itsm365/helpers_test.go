package itsm365

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// configOf is a configuration for a stand-in, with pages so small that there are several.
func configOf(s *itsm365test.Server) *Config {
	return &Config{
		URL: itsm365test.URL, Key: connectors.Secret(s.Key), Quiet: quietDeclared, Mark: "deskhaul", PerMinute: 1 << 20, Settling: "1ms",
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
