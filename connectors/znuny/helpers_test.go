package znuny

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// configOf is a configuration for a stand-in, with searches so small that there are
// several, and repetitions without waiting.
func configOf() *Config {
	return &Config{
		URL: znunytest.URL, User: znunytest.User, Password: connectors.Secret(znunytest.Password), Quiet: quietOff, Settling: "0s",
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
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func targetOf(t *testing.T, c *Config, env connectors.Env) *Target {
	t.Helper()
	d, err := newTarget(c, env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// readAll reads a kind and gives the latest form of each record, and the last cursor.
func readAll(t *testing.T, s *Source, kind desk.Kind, after connectors.Cursor) (map[desk.ID]desk.Record, connectors.Cursor) {
	t.Helper()
	out := map[desk.ID]desk.Record{}
	for it, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		out[it.Record.About().ID], after = it.Record, it.Cursor
	}
	return out, after
}

// filesIn are the files of a ticket.
func filesIn(r desk.Record) (out []desk.File) {
	for _, m := range r.(*desk.Ticket).Messages {
		out = append(out, m.Files...)
	}
	return out
}
