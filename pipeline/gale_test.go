package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Runs and rollbacks, killed or refused at any call, with answers that are lost, in between
// of which the source changes: when all is quiet again everything stands there once, and
// nothing waits.
func TestRunsAndRollbacksInAGale(t *testing.T) {
	for seed := range uint64(rounds.Of(5, 12, 300)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			src, dst := verifiable(), new(mem.Desk)
			if rnd.IntN(2) == 0 {
				dst.AtOnce = 1
			}
			reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			reads.Edits, writes.Parallel = true, 1
			h := newHop(t, src, reads, dst, writes)
			h.Conflicts, h.Workers, h.Join = pipeline.TargetWins, 1, rnd.IntN(2) == 0
			var log []string
			for n := range 8 {
				gust(rnd, h, dst)
				switch rnd.IntN(5) {
				case 0, 1, 2:
					h.Run++
					_, err := h.Go(t.Context())
					log = append(log, fmt.Sprint("run ", h.Run, ": ", err))
				default:
					of := int64(0)
					if h.Run > 0 && rnd.IntN(2) == 0 {
						of = 1 + rnd.Int64N(h.Run)
					}
					b := &pipeline.Rollback{Pipeline: h.Pipeline, Of: of, Do: true}
					log = append(log, fmt.Sprint("rollback ", of, ": ", b.Go(t.Context())))
				}
				dst.Fail = nil
				h.open(t)
				log = append(log, sway(t, rnd, src, n))
			}
			for range 3 {
				h.Run++
				h.fails = nil
				if _, err := h.Go(t.Context()); err != nil {
					t.Fatal(err, log)
				}
			}
			calm(t, h, src, dst, log)
		})
	}
}

// gust makes a call go wrong.
func gust(rnd *rand.Rand, h *hop, dst *mem.Desk) {
	at, how, n := rnd.IntN(14), rnd.IntN(5), 0
	dst.Fail = oneByOne(func(verb string, _ any) (before, after error) {
		if verb == "find" || verb == "fetch" {
			return nil, nil
		}
		if n++; n != at+1 {
			return nil, nil
		}
		cut := fmt.Errorf("cut: %w", connectors.ErrUnsure)
		switch how {
		case 0:
			h.life.dead.Store(true)
			return nil, cut
		case 1:
			h.life.dead.Store(true)
			return cut, nil
		case 2:
			return nil, cut
		case 3:
			return cut, nil
		}
		h.life.dead.Store(true)
		return nil, nil
	})
}

// sway changes the source.
func sway(t *testing.T, rnd *rand.Rand, src *mem.Desk, n int) string {
	x := subjectOf(t, src, fmt.Sprintf("subject %d", 1+rnd.IntN(4)))
	what := rnd.IntN(5)
	switch what {
	case 0:
		x.Messages = append(x.Messages, desk.Message{
			ID: desk.ID(fmt.Sprintf("%s-new%d", x.ID, n)), Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(time.Duration(100+n) * time.Hour), Text: fmt.Sprint("more ", n),
		})
	case 1:
		x.Messages[rnd.IntN(len(x.Messages))].Text = fmt.Sprint("edited ", n)
	case 2:
		x.Priority = []desk.Priority{desk.PriorityLow, desk.PriorityHigh, desk.PriorityUrgent}[rnd.IntN(3)]
	case 3:
		if len(x.Messages) > 1 {
			x.Messages = x.Messages[:len(x.Messages)-1]
		}
	default:
		return "-"
	}
	src.Seed(x)
	return fmt.Sprint("ticket ", x.ID, " change ", what)
}

// calm looks whether all stands there once.
func calm(t *testing.T, h *hop, src, dst *mem.Desk, log []string) {
	t.Helper()
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact} {
		if a, b := src.CountOf(kind), dst.CountOf(kind); a != b {
			t.Errorf("%d of %s, want %d\n%q", b, kind, a, log)
		}
	}
	for _, r := range recordsOf(t, dst, desk.KindTicket) {
		seen := map[string]bool{}
		for _, m := range r.(*desk.Ticket).Messages {
			if seen[m.Mark] {
				t.Errorf("%s: message %q is there twice\n%q", r.(*desk.Ticket).Subject, m.Text, log)
			}
			seen[m.Mark] = true
		}
	}
	if left := h.waits(t); len(left) > 0 {
		t.Errorf("%q wait\n%q", left, log)
	}
	if _, found := h.verified(t); len(differences(found)) > 0 {
		t.Errorf("%+v\n%q", differences(found), log)
	}
}
