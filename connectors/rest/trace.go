package rest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Trace writes one line for each request that next sends: method, address, status,
// time and sizes. Nothing secret is in it: no header, no body, and of the query only
// what is known to be harmless.
func Trace(next http.RoundTripper, to io.Writer, now func() time.Time) http.RoundTripper {
	return &trace{next: next, to: to, mu: new(sync.Mutex), now: now}
}

type trace struct {
	next http.RoundTripper
	to   io.Writer
	mu   *sync.Mutex
	now  func() time.Time
}

// Around implements Adapter.
func (t *trace) Around(change func(http.RoundTripper) (http.RoundTripper, error)) (http.RoundTripper, error) {
	next, err := change(t.next)
	c := *t
	c.next = next
	return &c, err
}

// RoundTrip implements http.RoundTripper.
func (t *trace) RoundTrip(r *http.Request) (*http.Response, error) {
	began := t.now()
	resp, err := t.next.RoundTrip(r)
	outcome := ""
	if err != nil {
		outcome = "failed: " + strings.ReplaceAll(err.Error(), "\n", " ")
	} else {
		outcome = fmt.Sprintf("%d %s", resp.StatusCode, sizeOf(resp.ContentLength))
		if v := resp.Header.Get("Retry-After"); v != "" {
			outcome += " retry-after " + v
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = fmt.Fprintf(t.to, "%s %s %s %s → %s in %s\n", began.UTC().Format(time.RFC3339Nano), r.Method, masked(r.URL),
		sizeOf(r.ContentLength), outcome, t.now().Sub(began).Round(time.Millisecond)) // a trace that cannot be written stops nothing
	return resp, err
}

func sizeOf(n int64) string {
	if n < 0 {
		return "?B"
	}
	return fmt.Sprintf("%dB", n)
}

// harmlessKeys are the parameters whose values a trace shows: pages, times, sorts.
var harmlessKeys = []string{
	"page", "per_page", "page[size]", "page[after]", "start_time", "updated_since", "include", "order_by", "order_type", "orderby", "order",
	"sort", "fields", "filter", "state", "page[number]", "page[from_id]", "page[direction]", "sorting[field]", "sorting[direction]", "created_since",
}

// tokenInPath is what opens a file for whoever has it: Zendesk's attachments are at
// ".../attachments/token/TOKEN/?name=...".
var tokenInPath = regexp.MustCompile(`/token/[^/?#]+`)

// masked is an address for people, with what may be secret in it replaced by "…".
func masked(u *url.URL) string {
	c := *u
	c.User = nil
	q := c.Query()
	for name, values := range q {
		if slices.Contains(harmlessKeys, name) || strings.HasPrefix(name, "fields[") {
			continue
		}
		for i := range values {
			values[i] = "…"
		}
	}
	c.RawQuery = q.Encode()
	return tokenInPath.ReplaceAllString(strings.ReplaceAll(c.String(), url.QueryEscape("…"), "…"), "/token/…")
}
