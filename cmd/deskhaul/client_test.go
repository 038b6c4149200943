package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// A proxy that the environment names is asked, every wait has a bound, and what
// failed is not sent again.
func TestPlainClient(t *testing.T) {
	var counted atomic.Int64
	c := plainClient(nil, &counted, nil)
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
	var line rest.Adapter = plainClient(nil, &counted, nil).Transport.(counting)
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

// --trace writes a line for each request, behind those of earlier runs, in a file
// that only its owner may read; what an address may hold of secrets is not in it.
func TestTrace(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	path := filepath.Join(t.TempDir(), "trace.log")
	for range 2 {
		tr := tracing{path: path}
		if err := tr.open(io.Discard); err != nil {
			t.Fatal(err)
		}
		var counted atomic.Int64
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/x?page=2&token=hush", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer hush")
		resp, err := plainClient(nil, &counted, tr.to).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(resp.Body.Close(), tr.close()); err != nil || counted.Load() != 1 {
			t.Fatal(err, counted.Load())
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(got)), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "/x?page=2&token=… ") || !strings.Contains(lines[1], "404") || strings.Contains(string(got), "hush") {
		t.Errorf("%q", lines)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	var errs bytes.Buffer
	if code := (&app{stdout: io.Discard, stderr: &errs}).run(t.Context(), []string{"connectors", "--trace", t.TempDir()}); code != 2 || !strings.Contains(errs.String(), "--trace ") {
		t.Errorf("a folder as a file: %d %s", code, &errs)
	}
}
