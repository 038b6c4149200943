package main

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// fault is what goes wrong with a request.
type fault struct {
	status     int
	header     http.Header
	lost, half bool
}

// weather is how a server behaves: now and then something goes wrong.
type weather struct {
	mu   sync.Mutex
	rng  *rand.Rand
	bad  atomic.Bool
	hits atomic.Int64
}

func newWeather(t *testing.T) *weather {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return &weather{rng: rand.New(rand.NewPCG(seed, 0))}
}

// next is what goes wrong with the next request; nil nothing.
func (w *weather) next() *fault {
	if !w.bad.Load() {
		return nil
	}
	w.mu.Lock()
	n := w.rng.IntN(150)
	w.mu.Unlock()
	faults := []fault{
		{status: http.StatusTooManyRequests},
		{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"1"}}},
		{status: http.StatusInternalServerError},
		{status: http.StatusBadGateway},
		{status: http.StatusServiceUnavailable, header: http.Header{"Retry-After": {"1"}}},
		{lost: true},
		{lost: true},
		{half: true},
	}
	if n >= len(faults) {
		return nil
	}
	w.hits.Add(1)
	return &faults[n]
}

func (w *weather) overZendesk(s *zendesktest.Account) {
	s.Break(func(*http.Request) *zendesktest.Fault {
		if f := w.next(); f != nil {
			return &zendesktest.Fault{Status: f.status, Header: f.header, Lost: f.lost, Half: f.half}
		}
		return nil
	})
}

func (w *weather) overFreshdesk(s *freshdesktest.Server) {
	s.Fault = func(*http.Request) freshdesktest.Fault {
		if f := w.next(); f != nil {
			return freshdesktest.Fault{Status: f.status, Header: f.header, Lose: f.lost, Half: f.half}
		}
		return freshdesktest.Fault{}
	}
}
