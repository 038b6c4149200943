package conntest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func pageRules() []rule {
	return []rule{
		{"LaterPages", "A read of which any later request fails ends with an error and never as if all had been read; 401 means ErrDenied and 429 ErrBusy there too.", []need{speaksHTTP, aSource, seeding}, laterPages},
	}
}

// mostBroken is how many requests of one read are broken, each in turn.
const mostBroken = 12

// cutoff lets the first requests through and breaks the others.
type cutoff struct {
	next   http.RoundTripper
	broken breakage
	mu     sync.Mutex
	left   int // requests to let through
	sent   int
}

func (c *cutoff) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.sent++
	c.left--
	through := c.left >= 0
	c.mu.Unlock()
	if through {
		return c.next.RoundTrip(r)
	}
	return c.broken(c.next, r)
}

// half passes a request on and lets half of the answer through.
func half(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	resp, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(b[:len(b)/2])), -1
	resp.Header.Del("Content-Length")
	return resp, nil
}

// breakage answers a request in place of the way on.
type breakage func(next http.RoundTripper, r *http.Request) (*http.Response, error)

func lineDrops(http.RoundTripper, *http.Request) (*http.Response, error) {
	return nil, io.ErrUnexpectedEOF
}

func says(code int, body string) breakage {
	answer := status(code, body)
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) { return answer.RoundTrip(r) }
}

// breakages are the ways in which a later request fails, and what that means.
func breakages() map[string]struct {
	answer breakage
	means  error
} {
	return map[string]struct {
		answer breakage
		means  error
	}{
		"the line dropped":     {lineDrops, nil},
		"half an answer came":  {half, nil},
		"a proxy's page came":  {says(200, "<html>one moment, please"), nil},
		"the server said 500":  {says(500, "{}"), nil},
		"the server said 429":  {says(429, "{}"), connectors.ErrBusy},
		"the server said 401":  {says(401, "{}"), connectors.ErrDenied},
		"an empty answer came": {says(200, ""), nil},
	}
}

func laterPages(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	most := 0
	for _, kind := range r.reads.Kinds {
		items, sent, err := r.readCut(ctx, kind, &cutoff{left: 1 << 30})
		if err != nil {
			return fmt.Errorf("read %s: %w", kind, err)
		}
		most = max(most, sent)
		for n := 1; n < min(sent, mostBroken); n++ {
			if err := r.breaksAt(ctx, kind, n, names(items)); err != nil {
				return fmt.Errorf("read %s: request %d of %d failed: %w", kind, n+1, sent, err)
			}
		}
	}
	if most < 2 {
		return errors.New("no read took a second request: give the fake smaller pages, so that its failure can be tried")
	}
	return nil
}

func (r *rig) breaksAt(ctx context.Context, kind desk.Kind, n int, all []desk.ID) error {
	for what, b := range breakages() {
		items, _, err := r.readCut(ctx, kind, &cutoff{left: n, broken: b.answer})
		switch {
		case err == nil:
			return fmt.Errorf("%s, and the stream ended as if it were whole (%d of %d read)", what, len(names(items)), len(all))
		case b.means != nil && !errors.Is(err, b.means):
			return fmt.Errorf("%s, and the stream ended with %w, want %w", what, err, b.means)
		case b.means == nil && errors.Is(err, connectors.ErrDenied):
			return fmt.Errorf("%s, and the stream ended as if nothing more would ever be accepted: %w", what, err)
		}
	}
	return nil
}

// readCut opens the source on a sound line and reads a kind on one that is cut.
func (r *rig) readCut(ctx context.Context, kind desk.Kind, c *cutoff) ([]connectors.Item, int, error) {
	line := &switched{}
	r.wrap = func(rt http.RoundTripper) http.RoundTripper {
		line.now, c.next = rt, rt
		return line
	}
	s, err := r.source(ctx)
	if r.wrap = nil; err != nil {
		return nil, 0, err
	}
	line.set(c)
	items, err := list(s.Read(ctx, kind, ""))
	return items, c.sent, err
}
