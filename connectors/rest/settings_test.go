package rest

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		s    Settings
		want string // part of the error; "" for none
	}{
		{Settings{}, ""},
		{Settings{Budget: "60%", Proxy: "http://proxy.example:3128", Retries: new(2)}, ""},
		{Settings{Budget: "0.5"}, ""},
		{Settings{Budget: "0%"}, "budget"},
		{Settings{Budget: "150%"}, "budget"},
		{Settings{Budget: "NaN"}, "budget"},
		{Settings{Budget: "much"}, "budget"},
		{Settings{Proxy: "http://me:s3cret@"}, "proxy"},
		{Settings{Proxy: "http://me:s3cret@proxy.example"}, "HTTPS_PROXY"},
		{Settings{Retries: new(-1)}, "retries"},
		{Settings{Retries: new(0)}, "write 1 or more"},
	} {
		err := c.s.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.s, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error shows a password: %v", err)
		}
	}
}

func TestOwnAuthority(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) }))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	_, err := clientOf(t, Options{Base: s.URL}).JSON(t.Context(), Call{Path: "x"}, nil)
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "name its file in ca") {
		t.Errorf("an unknown authority: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	line := Trace(http.DefaultTransport.(*http.Transport).Clone(), io.Discard, time.Now) // what stands around it stays
	o := Options{Base: s.URL, Settings: Settings{CA: file}}
	o.Env.HTTP = &http.Client{Transport: line}
	if _, err := clientOf(t, o).JSON(t.Context(), Call{Path: "x"}, nil); err != nil {
		t.Error(err)
	}
}

func TestProxy(t *testing.T) {
	var asked string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = io.WriteString(w, `{}`)
	})
	c := clientOf(t, Options{Base: "http://desk.example/api", Settings: Settings{Proxy: proxy.URL}})
	if _, err := c.JSON(t.Context(), Call{Path: "tickets"}, nil); err != nil || asked != "http://desk.example/api/tickets" {
		t.Errorf("the proxy was asked for %q, %v", asked, err)
	}
}

// A server that stops in the middle of an answer does not hold up the run for ever.
func TestStandstill(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"items": [`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c := clientOf(t, Options{Base: s.URL, Settings: Settings{Retries: new(1)}})
	c.still = 20 * time.Millisecond
	_, err := c.JSON(t.Context(), Call{Path: "x"}, new(any))
	if !errors.Is(err, connectors.ErrBusy) || !strings.Contains(err.Error(), "nothing more came") {
		t.Error(err)
	}
}

// Nor does one that stops in the middle of a refusal, or of leading elsewhere.
func TestStandstillBesideTheAnswer(t *testing.T) {
	for _, code := range []int{302, 400, 503} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/there" {
				_, _ = io.WriteString(w, "{}")
				return
			}
			w.Header().Set("Location", "/there")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "{")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		c := clientOf(t, Options{Base: s.URL, Settings: Settings{Retries: new(1)}})
		c.still = 20 * time.Millisecond
		_, err := c.JSON(t.Context(), Call{Path: "x"}, new(any))
		if (err == nil) != (code == 302) {
			t.Errorf("%d: %v", code, err)
		}
	}
}

func TestTraceShowsNoSecrets(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(422)
		_, _ = io.WriteString(w, `{"token":"s3cret"}`)
	})
	var log strings.Builder
	o := Options{Base: s.URL, Sign: Basic("ann", "s3cret")}
	o.Env.HTTP = &http.Client{Transport: Trace(http.DefaultTransport, &log, time.Now)}
	call := Call{Method: http.MethodPost, Path: "/tickets?token=s3cret&page=2&query=ann@example.com", JSON: map[string]string{"password": "s3cret"}}
	if _, err := clientOf(t, o).JSON(t.Context(), call, nil); err == nil {
		t.Error("no error")
	}
	got := log.String()
	for _, want := range []string{"POST", "/tickets?", "page=2", "token=…", "query=…", "422"} {
		if !strings.Contains(got, want) {
			t.Errorf("the trace lacks %q: %s", want, got)
		}
	}
	if strings.Contains(got, "s3cret") || strings.Contains(got, "ann") {
		t.Errorf("the trace shows too much: %s", got)
	}
}

// The address of an attachment may be all that it takes to see it.
func TestTokensInPathsAreSecret(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
	var log strings.Builder
	o := Options{Base: s.URL}
	o.Env.HTTP = &http.Client{Transport: Trace(http.DefaultTransport, &log, time.Now)}
	_, err := clientOf(t, o).JSON(t.Context(), Call{Path: s.URL + "/attachments/token/s3cret%2Fx/?name=a.png"}, nil)
	for _, got := range []string{log.String(), fmt.Sprint(err)} {
		if strings.Contains(got, "s3cret") || !strings.Contains(got, "/attachments/token/…/") {
			t.Errorf("%s", got)
		}
	}
}
