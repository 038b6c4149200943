package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// A proxy that the environment names is asked, every wait has a bound, and what
// failed is not sent again.
func TestPlainClient(t *testing.T) {
	var counted atomic.Int64
	c := plainClient(&counted)
	line := c.Transport.(counting).line.(*http.Transport)
	if line.Proxy == nil || line.DialContext == nil || line.TLSHandshakeTimeout == 0 || line.ResponseHeaderTimeout == 0 {
		t.Errorf("something may wait for ever, or no proxy is asked: %+v", line)
	}
	sent := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent++
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer s.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusServiceUnavailable || sent != 1 || counted.Load() != 1 {
		t.Errorf("status %d after %d requests, %d counted, %v", resp.StatusCode, sent, counted.Load(), err)
	}
}

// A line that a connector changed, for a proxy or an authority of its own, counts
// too.
func TestChangedLineCounts(t *testing.T) {
	var counted atomic.Int64
	var line rest.Adapter = plainClient(&counted).Transport.(counting)
	changed, err := line.Around(func(l http.RoundTripper) (http.RoundTripper, error) { return l.(*http.Transport).Clone(), nil })
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := changed.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	if counted.Load() != 2 {
		t.Errorf("%d counted", counted.Load())
	}
}
