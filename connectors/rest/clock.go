package rest

import (
	"net/http"
	"net/url"
	"sync"
	"time"
)

// clock is the server's: the time that its last answer told (RFC 9110, 6.6.1), and what
// has passed since.
type clock struct {
	base *url.URL
	now  func() time.Time
	next http.RoundTripper

	mu   sync.Mutex
	told time.Time // by the server; zero: nothing yet
	at   time.Time // by ours, when that was
}

// RoundTrip implements http.RoundTripper.
func (c *clock) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if err != nil || r.URL.Host != c.base.Host {
		return resp, err
	}
	if told, bad := http.ParseTime(resp.Header.Get("Date")); bad == nil {
		c.mu.Lock()
		c.told, c.at = told, c.now()
		c.mu.Unlock()
	}
	return resp, nil
}

// Now is the time by the server's clock, to the second; until it has answered, by ours.
// What is kept for a later run, or stands beside times that the server gives, goes by it:
// ours may be wrong, and may be set at any moment.
func (c *Client) Now() time.Time { return c.At(c.now()) }

// At is what time it was by the server's clock when Env.Now said ours, which may have been
// before the server's first answer.
func (c *Client) At(ours time.Time) time.Time {
	k := c.clock
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.told.IsZero() {
		return ours
	}
	return k.told.Add(ours.Sub(k.at)) // what has passed goes by no clock on a wall
}
