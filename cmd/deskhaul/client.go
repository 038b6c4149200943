package main

import (
	"net/http"
	"sync/atomic"
	"time"
)

// answerWithin is how long a server may take to begin its answer.
const answerWithin = 2 * time.Minute

// plainClient is connectors.Env.HTTP: the standard library's client, its proxy
// from the environment, with a bound on every wait but that for a body, which may
// be large. It counts what it sends.
func plainClient(requests *atomic.Int64) *http.Client {
	line := http.DefaultTransport.(*http.Transport).Clone() // bounds dialling and TLS
	line.ResponseHeaderTimeout = answerWithin
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
