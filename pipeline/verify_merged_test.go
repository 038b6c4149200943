package pipeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A ticket that people merged at the target has what came since in the one that is left,
// over several merges: neither is it missed in its own, nor is it somebody else's there.
// What the merge made of the cover is settled.
func TestVerifyFollowsMerges(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	into, last := subjectOf(t, b.dst, "subject 2"), subjectOf(t, b.dst, "subject 3")
	b.next(t, func(x *desk.Ticket) { x.MergedInto, x.Status = desk.To(desk.KindTicket, into.ID), desk.StatusClosed })
	into.MergedInto = desk.To(desk.KindTicket, last.ID)
	b.dst.Seed(into)
	b.old(t, func(x *desk.Ticket) {
		x.Priority = desk.PriorityHigh
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more"})
	})
	b.run(t)
	sum, found := b.verified(t)
	for _, f := range found {
		if f.Class != pipeline.Settled || f.Kind != desk.KindTicket {
			t.Errorf("%+v", f)
		}
	}
	if n := sum.Counts[desk.KindMessage]; n.Expected != 9 || n.There != 9 || len(found) != 4 {
		t.Errorf("%+v, %+v", n, found)
	}
	last = subjectOf(t, b.dst, "subject 3")
	last.Messages = last.Messages[:2]
	b.dst.Seed(last)
	_, found = b.verified(t)
	if d := differences(found); len(d) != 1 || d[0].Class != pipeline.Gone || !strings.Contains(d[0].Detail, "nor in "+string(last.ID)) {
		t.Errorf("it is gone from there too: %+v", d)
	}
}
