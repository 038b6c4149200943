package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// stillFor is how long a body may stand still. A whole one may take for ever.
const stillFor = 2 * time.Minute

var errStill = errors.New("nothing more came for a long time")

// watched guards every answer's body, also those that lead elsewhere or say no: the
// standard library and the library of repeating read these to their ends.
type watched struct {
	c    *Client
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	resp, err := w.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	resp.Body = guard(resp.Body, w.c.still, cancel)
	return resp, nil
}

// guarded is a body that ends when nothing comes any more.
type guarded struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
	still  time.Duration
	timer  *time.Timer
}

func guard(body io.ReadCloser, still time.Duration, cancel context.CancelCauseFunc) *guarded {
	return &guarded{ReadCloser: body, cancel: cancel, still: still, timer: time.AfterFunc(still, func() { cancel(errStill) })}
}

// Read implements io.Reader.
func (g *guarded) Read(p []byte) (int, error) {
	n, err := g.ReadCloser.Read(p)
	if n > 0 {
		g.timer.Reset(g.still)
	}
	return n, err
}

// Close gives the line back.
func (g *guarded) Close() error {
	g.timer.Stop()
	err := g.ReadCloser.Close()
	g.cancel(nil)
	return err
}
