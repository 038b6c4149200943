package weather

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Marks are of the shape that the command makes.
func Marks(kind desk.Kind, parent, id desk.ID) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + string(parent) + "\x00" + string(id)))
	return "dh" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// Storm is foul weather without end over such sorts of requests, for a Haul in a test
// with a clock of its own.
func Storm(seed uint64, sorts ...string) *Weather {
	w := &Weather{Seed: seed, Rest: 7, Pause: 3 * time.Minute, Stops: true, Endless: true}
	decks := make([]Deck, len(sorts))
	for i, sort := range sorts {
		decks[i] = Deck{Sort: sort, Times: 1, Gap: 4}
	}
	w.Foul(decks...)
	return w
}

// Haul is a pipeline with a ledger, in some weather. Its ends are for the caller.
type Haul struct {
	*pipeline.Pipeline
	w *Weather

	mu   sync.Mutex
	open []pipeline.Event
}

// NewHaul makes one; without weather it is fair.
func NewHaul(t testing.TB, w *Weather) *Haul {
	t.Helper()
	if w == nil {
		w = new(Weather)
	}
	ctx := context.WithoutCancel(t.Context())
	store, err := checkpoints.Open(ctx, filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := &Haul{w: w, Pipeline: &pipeline.Pipeline{Marks: Marks, Store: store, Workers: 4}}
	if h.Ledger, err = store.Ledger(ctx, checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
	h.Watch = h.watch
	return h
}

func (h *Haul) watch(e pipeline.Event) {
	if e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held {
		h.mu.Lock()
		h.open = append(h.open, e)
		h.mu.Unlock()
	}
}

// mostRuns is how many runs in fair weather may be needed: what waits for a search that
// runs behind takes a few.
const mostRuns = 40

// Settle runs and runs until nothing is left to do, in foul weather so many times, or
// until all of it was met, and then in fair; a while apart: the clock should not be a
// real one.
func (h *Haul) Settle(t testing.TB, stormy int) {
	t.Helper()
	var err error
	for fair := 0; fair < mostRuns; stormy-- {
		foul := stormy > 0 || stormy > -mostRuns && len(h.w.Left()) > 0
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		h.w.turn(foul, stop)
		err = h.both(ctx)
		stop()
		if !foul {
			fair++
			if err == nil && len(h.open) == 0 {
				return
			}
		}
		time.Sleep(5 * time.Minute)
	}
	t.Fatalf("never settles: %v; %d are open, such as %+v", err, len(h.open), h.open[:min(1, len(h.open))])
}

// both is a run, and one over what is in quarantine.
func (h *Haul) both(ctx context.Context) error {
	h.open = nil
	h.Run, h.RetryOnly = h.Run+1, false
	if _, err := h.Go(ctx); err != nil {
		return err
	}
	h.Run, h.RetryOnly = h.Run+1, true
	_, err := h.Go(ctx)
	return err
}
