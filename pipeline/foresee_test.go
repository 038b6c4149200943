package pipeline_test

import (
	"context"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// seer is a target that takes no agents and says so beforehand.
type seer struct{ *mem.Desk }

func (seer) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	r, m := w.Record, w.Message
	if r.Kind() == desk.KindAgent {
		return nil, connectors.Refuse(connectors.ReasonRefused, "", "agent %s has no seat", r.About().ID)
	}
	if m != nil {
		return []connectors.Loss{{Field: "message.text"}}, nil
	}
	return []connectors.Loss{{Field: "name"}}, nil
}

// A dry run tells what the target foresees: what it would refuse, with all that waits
// for it, and what it would lose.
func TestDryRunTellsWhatTheTargetForesees(t *testing.T) {
	h := newHop(t, seed(t, 5), mem.Spec().Reads, seer{new(mem.Desk)}, mem.Spec().Writes)
	h.DryRun = true
	var mu sync.Mutex
	lost := map[string]int{}
	h.Watch = func(e pipeline.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Loss != nil {
			lost[e.Loss.Field]++
		}
	}
	got := h.run(t)
	if c := got[desk.KindAgent]; c.Failed == 0 || c.Failed != c.Read || c.Created != 0 {
		t.Errorf("agents: %+v", c)
	}
	if c := got[desk.KindContact]; c.Created == 0 || lost["name"] < int(c.Created) {
		t.Errorf("contacts: %+v, %v", c, lost)
	}
	if lost["message.text"] == 0 && got[desk.KindTicket].Held == 0 {
		t.Errorf("tickets: %+v, %v", got[desk.KindTicket], lost)
	}
}
