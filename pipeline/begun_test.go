package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A run that is killed over an update has perhaps written it: that is not taken for
// what an agent did, and what the source says next is written, also where it goes back
// to what was known as written.
func TestKilledOverAnUpdate(t *testing.T) {
	for _, next := range []desk.Priority{desk.PriorityLow, desk.PriorityHigh, desk.PriorityUrgent} {
		for arrived, name := range map[bool]string{true: "arrived", false: "did not"} {
			t.Run(string(next)+" "+name, func(t *testing.T) {
				b := newBoth(t, pipeline.TargetWins)
				b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityLow })
				b.run(t)
				b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityHigh })
				b.dst.Fail = func(verb string, _ any) (before, after error) {
					if verb != "update" {
						return nil, nil
					}
					b.life.dead.Store(true)
					if !arrived {
						return connectors.ErrUnsure, nil
					}
					return nil, nil
				}
				b.Run++
				if _, err := b.Go(t.Context()); err == nil {
					t.Fatal("it was not killed")
				}
				b.dst.Fail = nil
				b.open(t)
				b.old(t, func(x *desk.Ticket) { x.Priority = next })
				b.run(t)
				if got := subjectOf(t, b.dst, "subject 1").Priority; got != next || len(b.said) > 0 {
					t.Errorf("the target says %s, want %s; told %q", got, next, b.said)
				}
				b.verifies(t, map[string]pipeline.Class{})
			})
		}
	}
}

// A ticket is made and the answer is lost; before it is found, agents work at it. What
// they did stays.
func TestWorkedAtBeforeItWasFound(t *testing.T) {
	b := &both{src: verifiable(), dst: new(mem.Desk)}
	b.hop = newHop(t, b.src, mem.Spec().Reads, b.dst, mem.Spec().Writes)
	b.Conflicts = pipeline.TargetWins
	b.dst.Fail = func(verb string, r any) (before, after error) {
		if x, ok := r.(*desk.Ticket); ok && verb == "create" && strings.HasPrefix(x.Subject, "subject 1") {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	now := time.Now()
	b.dst.SearchLag, b.dst.Clock = time.Hour, func() time.Time { return now }
	b.Now = b.dst.Clock
	b.run(t)
	b.dst.Fail, now = nil, now.Add(2*time.Hour)
	b.next(t, func(x *desk.Ticket) {
		x.Status, x.Priority, x.Updated = desk.StatusSolved, desk.PriorityUrgent, now
	})
	b.run(t)
	if got := subjectOf(t, b.dst, "subject 1"); got.Status != desk.StatusSolved || got.Priority != desk.PriorityUrgent {
		t.Errorf("it says %s %s", got.Status, got.Priority)
	}
}

// A field that is refused holds up no message of the customer's, now or later; the ticket
// is in quarantine for the field.
func TestRefusedFieldHoldsUpNoMessage(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "update" {
			return connectors.Refuse(connectors.ReasonRefused, "", "no such priority"), nil
		}
		return nil, nil
	}
	write := func(id string, days int) {
		b.old(t, func(x *desk.Ticket) {
			x.Priority = desk.PriorityHigh
			x.Messages = append(x.Messages, desk.Message{ID: desk.ID(id), Author: desk.To(desk.KindContact, "c1"), At: x.Created.AddDate(0, 0, days), Text: "more"})
		})
	}
	for i, id := range []string{"1-3", "1-4"} {
		write(id, 4+i)
		n := b.run(t)
		if got := subjectOf(t, b.dst, "subject 1"); len(got.Messages) != 3+i || n[desk.KindMessage].Created != 1 || n[desk.KindTicket].Failed != 1 {
			t.Errorf("%d messages stand there; %+v", len(got.Messages), n)
		}
	}
}

// An update whose answer was lost is not forgotten over a later one that was turned away:
// the target may say what the source no longer does.
func TestBegunOverATargetThatIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoth(t, pipeline.TargetWins)
		b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityLow })
		b.run(t)
		fails := func(before, after error) {
			b.dst.Fail = func(verb string, _ any) (error, error) {
				if verb != "update" {
					return nil, nil
				}
				return before, after
			}
		}
		b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityHigh })
		fails(nil, fmt.Errorf("cut: %w", connectors.ErrUnsure))
		b.run(t)
		b.old(t, func(x *desk.Ticket) { x.Priority = desk.PriorityLow })
		fails(fmt.Errorf("later: %w", connectors.ErrBusy), nil)
		b.run(t)
		b.dst.Fail = nil
		b.run(t)
		if got := subjectOf(t, b.dst, "subject 1").Priority; got != desk.PriorityLow {
			t.Errorf("the target says %s", got)
		}
		b.verifies(t, map[string]pipeline.Class{})
	})
}
