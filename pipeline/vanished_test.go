package pipeline_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A message of which nobody knows whether it arrived, and whose ticket the source then lost,
// is found at the target or put into quarantine: the next run has nothing that waits.
func TestMessageInDoubtOfAVanishedTicket(t *testing.T) {
	for name, c := range map[string]struct{ arrived, killed bool }{
		"it arrived":                 {true, false},
		"it did not":                 {false, false},
		"it arrived, we were killed": {true, true},
		"it did not, we were killed": {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := inDoubtAndGone(t, c.arrived, c.killed)
			b.run(t)
			row, _, err := b.Ledger.Row(t.Context(), desk.KindMessage, "1", "1-3")
			want := checkpoints.Row{State: checkpoints.Failed, Reason: string(connectors.ReasonVanished)}
			if c.arrived {
				want = checkpoints.Row{State: checkpoints.Done}
			}
			if err != nil || row.State != want.State || row.Reason != want.Reason || (row.Target != "") != c.arrived {
				t.Errorf("%+v, %v", row, err)
			}
			open, err := b.Ledger.CountOpen(t.Context())
			if n := open[desk.KindMessage]; err != nil || n[checkpoints.Intended]+n[checkpoints.Entered]+n[checkpoints.Held] != 0 {
				t.Errorf("open: %v, %v", open, err)
			}
		})
	}
}

// inDoubtAndGone has a message of ticket 1 whose answer was lost, by the line or since the
// run was killed, and whose ticket is gone from the source.
func inDoubtAndGone(t *testing.T, arrived, killed bool) *both {
	b := newBoth(t, pipeline.TargetWins)
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more"})
	})
	b.dst.Fail = func(verb string, _ any) (before, after error) {
		if verb != "append" {
			return nil, nil
		}
		if err := b.src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
			t.Error(err)
		}
		b.life.dead.Store(killed)
		cut := fmt.Errorf("cut: %w", connectors.ErrUnsure)
		if arrived {
			return nil, cut
		}
		return cut, nil
	}
	b.Run++
	if _, err := b.Go(t.Context()); (err != nil) != killed {
		t.Fatal(err)
	}
	b.dst.Fail = nil
	b.open(t)
	return b
}
