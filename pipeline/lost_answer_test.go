package pipeline_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// shelving is a target that puts tickets without a category into one, and says so.
type shelving struct{ *mem.Desk }

func (shelving) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	if k, ok := w.Record.(*desk.Ticket); ok && w.Message == nil && w.Fields == nil && k.Category.IsZero() {
		return []connectors.Loss{{Field: "category", Detail: "it lies in the standard one"}}, nil
	}
	return nil, nil
}

// Of a ticket whose making lost its answer, and which needs nothing more when it is found,
// that is told which nobody heard; once, and once in the ledger.
func TestLossOfAMakingWhoseAnswerWasLost(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, shelving{dst}, mem.Spec().Writes)
	var mu sync.Mutex
	told := 0
	h.Watch = func(e pipeline.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Loss != nil && e.Loss.Field == "category" && e.Kind == desk.KindTicket {
			told++
		}
	}
	dst.Fail = func(verb string, r any) (before, after error) {
		if _, ok := r.(*desk.Ticket); ok && verb == "create" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	for range 2 {
		h.run(t)
	}
	id := only(t, src).ID
	lost, err := h.Ledger.Losses(t.Context(), desk.KindTicket, id)
	if err != nil || told != 1 || len(lost) != 1 || lost[0].Field != "category" {
		t.Errorf("told %d times, the ledger has %+v, %v", told, lost, err)
	}
}
