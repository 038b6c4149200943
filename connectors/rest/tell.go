package rest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// tellEvery is how often it is told at most that the server cannot be reached, or turns
// calls away.
const tellEvery = time.Minute

// tellUnreachable says that a server cannot be reached, and how long it is tried: a
// program that is silent for half a minute looks as if it hung.
func (c *Client) tellUnreachable(err error) {
	now := c.now()
	if !due(&c.told, now) {
		return
	}
	host := c.hostOf(err)
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	until := now
	for n := range c.tries {
		until = until.Add(c.wait(c.http.RetryWaitMin, c.http.RetryWaitMax, n, nil))
	}
	c.log.Warn(c.mask(fmt.Sprintf("%s cannot be reached (%s): trying again until about %s", host, err, until.Format(time.TimeOnly))))
}

// tellFrom is the shortest wait of which it is told why: below, nobody sees a run stand still.
const tellFrom = 4 * time.Second

// tellTurnedAway says that the server answers, but not what it was asked for, and how long
// is waited now: whoever watches must not take a limit of rate for a run that hangs.
func (c *Client) tellTurnedAway(resp *http.Response, wait time.Duration) {
	if wait < tellFrom || !due(&c.toldAway, c.now()) {
		return
	}
	what := fmt.Sprintf("%s answers %d (%s): trying again in %s", c.base.Host, resp.StatusCode, http.StatusText(resp.StatusCode), wait.Round(time.Second))
	if _, asked := retryAfter(resp.Header, c.now()); asked {
		what = fmt.Sprintf("%s asks to wait for %s (%d, %s): it goes on then", c.base.Host, wait.Round(time.Second), resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	c.log.Warn(c.mask(what))
}

// due tells whether tellEvery has passed since it was last told; if so, it is told now.
func due(told *atomic.Int64, now time.Time) bool {
	last := told.Load()
	return (last == 0 || now.Sub(time.Unix(0, last)) >= tellEvery) && told.CompareAndSwap(last, now.UnixNano())
}
