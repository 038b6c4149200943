package intercom

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// configOf is a configuration for a stand-in, with pages so small that there are several,
// and repetitions without waiting.
func configOf(s *intercomtest.Server) *Config {
	return &Config{
		Workspace: s.Workspace, URL: intercomtest.URL, Token: connectors.Secret(s.Token), Quiet: quietDeclared, TicketType: "1",
		Settings: rest.Settings{Retries: new(2)}, page: 3, wait: time.Millisecond, rest: time.Millisecond,
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

// readAll reads a kind and gives the records, what goes aside, and the last cursor.
func readAll(t *testing.T, s *Source, kind desk.Kind, after connectors.Cursor) (out []desk.Record, asides []connectors.Aside, end connectors.Cursor) {
	t.Helper()
	end = after
	for it, err := range s.Read(t.Context(), kind, after) {
		switch {
		case err != nil:
			t.Fatal(err)
		case it.Aside != nil:
			asides = append(asides, *it.Aside)
		default:
			out = append(out, it.Record)
		}
		end = it.Cursor
	}
	return out, asides, end
}

func ticketsOf(t *testing.T, s *Source) map[desk.ID]*desk.Ticket {
	t.Helper()
	out := map[desk.ID]*desk.Ticket{}
	records, _, _ := readAll(t, s, desk.KindTicket, "")
	for _, r := range records {
		out[r.About().ID] = r.(*desk.Ticket)
	}
	return out
}
