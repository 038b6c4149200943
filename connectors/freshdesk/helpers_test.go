package freshdesk

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// configOf is a configuration for a stand-in, with pages so small that there are
// several, and repetitions without waiting.
func configOf(s *freshdesktest.Server) *Config {
	return &Config{
		URL: freshdesktest.URL, Token: connectors.Secret(s.Key), Quiet: quietDeclared, Settings: rest.Settings{Retries: new(2)}, page: 3, wait: time.Millisecond,
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

func ticketsOf(t *testing.T, s *Source) map[desk.ID]*desk.Ticket {
	t.Helper()
	out := map[desk.ID]*desk.Ticket{}
	records, _ := readAll(t, s, desk.KindTicket, "")
	for _, r := range records {
		out[r.About().ID] = r.(*desk.Ticket)
	}
	return out
}

// line answers every request by itself.
type line func(*http.Request) (*http.Response, error)

func (l line) RoundTrip(r *http.Request) (*http.Response, error) { return l(r) }

func canned(status int, body []byte) http.RoundTripper {
	return line(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
	})
}

func isAny(err error, wants ...error) bool {
	for _, want := range wants {
		if errors.Is(err, want) {
			return true
		}
	}
	return false
}
