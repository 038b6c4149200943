package rest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

const (
	firstWait   = 500 * time.Millisecond
	longestWait = 60 * time.Second
)

// patience is for how many further attempts a read waits for a network that is gone,
// at longestWait each: a quarter of an hour. A run of a day must outlive a router that
// starts anew; nobody waits so long for an address that was never right.
const patience = 15

// repeats is in the context of a request, and counts its attempts.
type repeats struct {
	harmless bool      // it makes nothing
	before   time.Time // it is worth sending; zero always
	n        int
}

type repeatsKey struct{}

// mayRepeat is the policy of repeating. The library's own would send a write again
// after any error, and make a second ticket. Here:
//
//   - what the server turned away unread (429, or 503 with Retry-After), and what
//     never reached it, is sent again, whatever it is;
//   - what makes nothing is sent again after any failure of the line or the server;
//   - the rest is for the caller, who must find out what became of it.
func (c *Client) mayRepeat(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	of, ok := ctx.Value(repeatsKey{}).(*repeats)
	if !ok {
		return false, nil
	}
	if err == nil {
		c.inVain.Store(false)
	}
	if of.n++; c.awaited(of, err) || of.n > c.tries && !c.outage(ctx, of, err) {
		return false, nil
	}
	again := mayRepeat(of.harmless, resp, err)
	switch {
	case again && err == nil:
		c.tellTurnedAway(resp, c.wait(c.http.RetryWaitMin, c.http.RetryWaitMax, of.n-1, resp))
	case again && of.n == 1 && neverSent(err):
		c.tellUnreachable(err)
	}
	return again, nil
}

// awaited tells whether somebody has waited for the server to the end, in vain, and it has
// answered nobody since: then no other need wait as long, one after the other, and a run
// ends within minutes. A write that gave up while reads still wait is no such end.
func (c *Client) awaited(of *repeats, err error) bool {
	if !neverSent(err) || c.hostOf(err) != c.base.Host {
		return false
	}
	if of.n > c.tries && !c.sound.Load() || of.n > c.tries+patience {
		c.inVain.Store(true)
	}
	return c.inVain.Load()
}

// hostOf is the server that an error is about.
func (c *Client) hostOf(err error) string {
	var address *url.Error
	if errors.As(err, &address) {
		if u, bad := url.Parse(address.URL); bad == nil {
			return u.Host
		}
	}
	return c.base.Host
}

// outage tells whether a network that was there is gone, and the call one that can
// wait for it: who stops a run need not.
func (c *Client) outage(ctx context.Context, of *repeats, err error) bool {
	gone := of.harmless && ctx.Done() != nil && c.sound.Load() && neverSent(err)
	if gone && of.n == c.tries+1 {
		c.log.Warn(fmt.Sprintf("%s cannot be reached: waiting for it, up to %s", c.base.Host, patience*longestWait))
	}
	return gone
}

func mayRepeat(harmless bool, resp *http.Response, err error) bool {
	if err != nil {
		var mine *unsent
		var stray *strayed
		switch {
		case errors.As(err, &mine):
			return mine.again
		case errors.As(err, &stray):
			return false
		}
		return neverSent(err) || harmless && !hopeless(err)
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return true
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return true
	}
	return harmless && resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented
}

// neverSent tells whether a request failed before its first byte was on the line.
func neverSent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var proxy *proxyRefusal
	if errors.As(err, &proxy) {
		return !proxy.final() // it is sent again
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// hopeless tells whether the next attempt would fail alike: a certificate, a name
// that a proxy does not know, a circle of redirections, a proxy that refuses. (A name
// that we do not know ourselves was never sent to, see neverSent: it may be our network
// that is gone.)
func hopeless(err error) bool {
	var name *net.DNSError
	if errors.As(err, &name) {
		return name.IsNotFound
	}
	var round *circle
	var proxy *proxyRefusal
	return errors.As(err, &round) || isCertificate(err) || errors.As(err, &proxy) && proxy.final()
}

// wait is how long to wait before the next attempt: what the server asks for, else
// twice as long each time.
func (c *Client) wait(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if d, ok := retryAfter(resp.Header, c.now()); ok {
			return min(d, longestRest)
		}
	}
	return min(least<<min(attempt, 16), most)
}

// longestRest is the most that a server can make us wait at a time.
const longestRest = 15 * time.Minute

// retryAfter reads the header of that name: seconds, or a date (RFC 9110, 10.2.3).
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 {
		return time.Duration(min(s, 1e9) * float64(time.Second)), true
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}
