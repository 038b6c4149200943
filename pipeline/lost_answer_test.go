package pipeline_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// shelving is a target that puts tickets without a category into one, and says so, unless it
// cannot be asked.
type shelving struct {
	*mem.Desk
	busy *atomic.Bool
}

func (s shelving) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	if s.busy.Load() {
		return nil, fmt.Errorf("later: %w", connectors.ErrBusy)
	}
	if k, ok := w.Record.(*desk.Ticket); ok && w.Message == nil && w.Fields == nil && k.Category.IsZero() {
		return []connectors.Loss{{Field: "category", Detail: "it lies in the standard one"}}, nil
	}
	return nil, nil
}

// Of a ticket whose making lost its answer, and which needs nothing more when it is found,
// that is told which nobody heard; once, and once in the ledger. While it cannot be told, the
// ticket waits.
func TestLossOfAMakingWhoseAnswerWasLost(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	busy := new(atomic.Bool)
	h := newHop(t, src, mem.Spec().Reads, shelving{dst, busy}, mem.Spec().Writes)
	told := func() (n int) {
		for _, e := range h.losses { // of all runs
			if e.Loss.Field == "category" && e.Kind == desk.KindTicket {
				n++
			}
		}
		return n
	}
	dst.Fail = func(verb string, r any) (before, after error) {
		if _, ok := r.(*desk.Ticket); ok && verb == "create" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	busy.Store(true)
	h.run(t)
	dst.Fail = nil
	if h.run(t); told() > 0 || len(h.fails) == 0 || last(h.fails).Outcome != pipeline.Held {
		t.Errorf("while it cannot be told: told %d times, %+v", told(), h.fails)
	}
	busy.Store(false)
	for range 2 {
		h.run(t)
	}
	id := only(t, src).ID
	lost, err := h.Ledger.Losses(t.Context(), desk.KindTicket, id)
	if err != nil || told() != 1 || len(lost) != 1 || lost[0].Field != "category" || dst.CountOf(desk.KindTicket) != 1 {
		t.Errorf("told %d times, the ledger has %+v, %v", told(), lost, err)
	}
}
