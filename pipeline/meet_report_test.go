package pipeline_test

import (
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// What is only reported waits for a decision: every run tells it, once, whatever else it
// comes by, until both sides agree.
func TestReportedInEveryRun(t *testing.T) {
	b := newBoth(t, pipeline.ReportOnly)
	b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityHigh })
	b.next(t, func(x *desk.Ticket) { x.Priority = desk.PriorityLow })
	open := func(n int64) {
		t.Helper()
		if got, err := b.Ledger.CountOpen(t.Context()); err != nil || got[desk.KindTicket][checkpoints.Held] != n {
			t.Errorf("waiting: %v, %v", got, err)
		}
	}
	for i := range 3 {
		if i == 2 {
			b.old(t, func(x *desk.Ticket) { x.Type = "task" })
		}
		b.said = nil
		n := b.run(t)[desk.KindTicket]
		if len(b.said) != 1 || n.Held != 0 || n.Updated != int64(i/2) {
			t.Errorf("run %d told %q, counted %+v", i+1, b.said, n)
		}
		open(1)
	}
	b.next(t, func(x *desk.Ticket) { x.Priority = desk.PriorityHigh })
	b.said = nil
	if b.run(t); len(b.said) != 0 {
		t.Errorf("both say the same, and it told %q", b.said)
	}
	open(0)
}
