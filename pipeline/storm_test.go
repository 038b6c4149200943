package pipeline_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
)

// A run that is refused, cut off before and after the target acted, and killed at
// random must in the end leave exactly one copy of everything.
func TestStorm(t *testing.T) {
	stormsInMemory(t, rounds.Of(12, 24, 60), 1, func(t *testing.T, n int, s *storm) {
		src, dst := seed(t, 30), new(mem.Desk)
		dst.NoMessageMarks = n%4 == 3
		writes := mem.Spec().Writes
		writes.AtOnce = n % 3
		s.over(t, newHop(t, src, mem.Spec().Reads, dst, writes), src, dst)
	})
}

// Jobs that are refused, cut off and forgotten, and a process that is killed.
func TestStormOfJobs(t *testing.T) {
	stormsInMemory(t, rounds.Of(6, 12, 24), 3, func(t *testing.T, n int, s *storm) {
		src, dst := seed(t, 60), &bulky{Desk: new(mem.Desk), size: 3 + n%20, fail: s.fail}
		s.over(t, newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes), src, dst.Desk)
		if dst.begun == 0 {
			t.Error("no job was begun: this says nothing")
		}
	})
}

// stormsInMemory lets loose so many storms, each with a seed of its own; every other one
// refuses too.
func stormsInMemory(t *testing.T, storms int, series uint64, round func(t *testing.T, n int, s *storm)) {
	for n := range storms {
		t.Run(fmt.Sprintf("seed=%d", n), func(t *testing.T) {
			t.Parallel()
			round(t, n, &storm{rng: rand.New(rand.NewPCG(uint64(n), series)), refused: n%2 == 0})
		})
	}
}

// over lets a storm pass over a move, and compares what it left.
func (s *storm) over(t *testing.T, h *hop, src, dst *mem.Desk) {
	t.Helper()
	dst.Fail = s.fail
	s.rage(t, h)
	dst.Fail = nil
	if s.refused {
		sameSet(t, src, dst)
	} else {
		sameDesk(t, src, dst)
	}
}

type storm struct {
	mu         sync.Mutex
	rng        *rand.Rand
	calm       bool
	loses      bool   // something is lost, as is looked at elsewhere
	refused    bool   // the target refuses now and then
	stop, kill func() // Ctrl-C; kill -9
}

func (s *storm) fail(verb string, _ any) (before, after error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calm || verb == "read" || verb == "find" || verb == "fetch" {
		return nil, nil
	}
	switch s.rng.IntN(14) {
	case 0:
		return fmt.Errorf("dropped before: %w", connectors.ErrUnsure), nil
	case 1:
		return nil, fmt.Errorf("dropped after: %w", connectors.ErrUnsure)
	case 2:
		if s.refused {
			return connectors.ErrRefused, nil
		}
	case 3:
		s.stop()
	case 4:
		s.kill()
	}
	return nil, nil
}

// rage runs and kills until nothing is left to do. A run that is killed forgets
// what it had not made durable, as a process does.
func (s *storm) rage(t *testing.T, h *hop) {
	t.Helper()
	for runs := 1; ; runs++ {
		ctx, stop := context.WithCancel(background(t))
		life := h.life
		s.mu.Lock()
		s.stop, s.calm = stop, runs > 25
		s.kill = func() { life.dead.Store(true); stop() }
		s.mu.Unlock()
		h.Run = int64(runs)
		h.RetryOnly = false
		_, err := h.Go(ctx)
		if err == nil {
			h.RetryOnly = true
			h.Run = int64(runs) + 1000
			_, err = h.Go(ctx)
		}
		stop()
		if err != nil && s.calm {
			t.Fatal(err)
		}
		if life.dead.Load() {
			h.open(t)
		}
		if err == nil && s.open(t, h) == 0 {
			for _, e := range h.losses {
				if s.loses {
					continue
				}
				t.Errorf("lost: %s %s: %s", e.Kind, e.ID, e.Loss.Detail)
			}
			return
		}
		if runs > 45 {
			t.Fatal("never settles")
		}
	}
}

func (s *storm) open(t *testing.T, h *hop) (open int64) {
	t.Helper()
	counts, err := h.Ledger.Count(background(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, states := range counts {
		for st, n := range states {
			if st != checkpoints.Done && st != checkpoints.Skipped {
				open += n
			}
		}
	}
	return open
}
