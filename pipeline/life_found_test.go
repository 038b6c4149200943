package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// What TestLife found, in a few steps each.

// A rollback leaves a ticket of which an agent changed a field, also where a later run wrote
// another one: the target's word for the state is of that.
func TestRollbackSeesWhatWasDoneBeforeALaterRun(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	b.next(t, func(x *desk.Ticket) { x.Fields = map[string]any{"tier": "gold"} })
	b.old(t, func(x *desk.Ticket) { x.Type = "task" })
	b.run(t)
	if _, left := b.rollback(t, 0, true); !slices.Contains(left, "ticket 1: somebody changed it since: fields.tier") {
		t.Errorf("left %q", left)
	}
}

// A message that was written into the ticket that agents merged its own into, and whose
// answer was lost, is found there, and not written again.
func TestMessageInDoubtInAMergedTicket(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	into := subjectOf(t, b.dst, "subject 2").ID
	b.next(t, func(x *desk.Ticket) { x.MergedInto, x.Status = desk.To(desk.KindTicket, into), desk.StatusClosed })
	b.old(t, func(x *desk.Ticket) { x.Messages = append(x.Messages, msg("1-3", "more", 2e9)) })
	b.dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "append" {
			b.life.dead.Store(true)
			return nil, errDead
		}
		return nil, nil
	}
	b.Run++
	if _, err := b.Go(t.Context()); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	b.dst.Fail = nil
	b.open(t)
	b.run(t)
	said := 0
	for _, m := range subjectOf(t, b.dst, "subject 2").Messages {
		if m.Text == "more" {
			said++
		}
	}
	if said != 1 {
		t.Errorf("it is there %d times", said)
	}
}

// A note about an edit that the target refused is written by a retry.
func TestRefusedNoteIsTriedAgain(t *testing.T) {
	h, src, dst := editing(t)
	x := subjectOf(t, src, "subject 2")
	x.Messages[0].Text = "another edit"
	src.Seed(x)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "append" {
			return connectors.ErrRefused, nil
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	h.RetryOnly = true
	h.run(t)
	if got := texts(subjectOf(t, dst, "subject 2")); !strings.Contains(got, "another edit") {
		t.Errorf("it says %s", got)
	}
}

// What agents did to a ticket, the answer to whose making was lost, is theirs, be it in a
// field of which the call said nothing; where nobody came, it is not.
func TestWorkOnATicketThatIsFound(t *testing.T) {
	for name, worked := range map[string]bool{"an agent came": true, "nobody came": false} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			src.Seed(tk("1", "one", msg("a", "first", 1)))
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			now := time.Unix(2e9, 0)
			dst.Clock = func() time.Time { return now }
			h.Now, h.Conflicts = dst.Clock, pipeline.TargetWins
			killedCreating(t, h, dst)
			now = now.Add(time.Hour)
			if worked {
				x := only(t, dst)
				x.Fields = map[string]any{"tier": "gold"}
				dst.Seed(x)
			}
			h.run(t)
			gone, left := h.rollback(t, 0, false)
			if worked != slices.Contains(left, "ticket 1: somebody changed it since: fields.tier") || worked == slices.Contains(gone, "ticket 1") {
				t.Errorf("it would delete %q and leave %q", gone, left)
			}
		})
	}
}

// An update that arrived, the answer to which was lost, is ours, also when the answer to the
// next one, with another value, is lost too, and that did not arrive.
func TestTwoUpdatesInDoubt(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	lose := func(arrives bool) {
		b.dst.Fail = func(verb string, _ any) (before, after error) {
			switch {
			case verb != "update":
			case arrives:
				return nil, connectors.ErrUnsure
			default:
				return connectors.ErrUnsure, nil
			}
			return nil, nil
		}
	}
	for i, tier := range []string{"silver", "gold"} {
		b.old(t, func(x *desk.Ticket) { x.Fields = map[string]any{"tier": tier} })
		lose(i == 0)
		b.run(t)
	}
	b.dst.Fail = nil
	b.run(t)
	if got := subjectOf(t, b.dst, "subject 1").Fields["tier"]; got != "gold" || len(b.said) > 0 {
		t.Errorf("it says %v, and was told %q", got, b.said)
	}
}
