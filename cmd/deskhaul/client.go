package main

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// answerWithin is how long a server may take to begin its answer.
const answerWithin = 2 * time.Minute

// plainClient is connectors.Env.HTTP: a client that sends through line; nil is the
// network, with a proxy from the environment and a bound on every wait but that for a
// body, which may be large. It counts what it sends, and writes a line of each to
// trace, unless that is nil.
func plainClient(line http.RoundTripper, requests *atomic.Int64, trace io.Writer) *http.Client {
	if line == nil {
		plain := http.DefaultTransport.(*http.Transport).Clone() // bounds dialling and TLS
		plain.ResponseHeaderTimeout = answerWithin
		plain.OnProxyConnectResponse, plain.DialContext, plain.Proxy = rest.ThroughProxy, rest.Dial, rest.Proxied(plain.Proxy)
		line = plain
	}
	if trace != nil {
		line = rest.Trace(line, trace, time.Now)
	}
	return &http.Client{Transport: counting{line, requests}}
}

// counting counts the requests that go through a line: each attempt, and each step
// of a redirect, for the far end counts them so.
type counting struct {
	line http.RoundTripper
	n    *atomic.Int64
}

// RoundTrip counts one and sends it.
func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.line.RoundTrip(r)
}

// Around counts on a changed line, such as one through a proxy: see rest.Adapter.
func (c counting) Around(change func(http.RoundTripper) (http.RoundTripper, error)) (http.RoundTripper, error) {
	line, err := change(c.line)
	return counting{line, c.n}, err
}
