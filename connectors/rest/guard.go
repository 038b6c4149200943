package rest

import (
	"context"
	"errors"
	"io"
	"time"
)

// stillFor is how long a body may stand still. A whole one may take for ever.
const stillFor = 2 * time.Minute

var errStill = errors.New("nothing more came for a long time")

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
