package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A proxy that the environment names is asked, every wait has a bound, and what
// failed is not sent again.
func TestPlainClient(t *testing.T) {
	c := plainClient()
	line := c.Transport.(*http.Transport)
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
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusServiceUnavailable || sent != 1 {
		t.Errorf("status %d after %d requests, %v", resp.StatusCode, sent, err)
	}
}
