package pipeline_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// What is new in a ticket that is in quarantine waits with it, for its reason: the next run
// does not bring it, and verify must not promise so.
func TestVerifyTellsThatAMessageWaitsWithItsTicket(t *testing.T) {
	b := newBoth(t, pipeline.TargetWins)
	_ = b.dst.Delete(t.Context(), desk.KindTicket, subjectOf(t, b.dst, "subject 1").ID)
	b.old(t, func(x *desk.Ticket) { x.Messages = append(x.Messages, msg("1-3", "more", 2e9)) })
	b.run(t)
	done, found := b.verified(t)
	var waits []pipeline.Finding
	for _, f := range found {
		if f.ID == "1-3" {
			waits = append(waits, f)
		}
	}
	if len(waits) != 1 || waits[0].Class != pipeline.Aside || waits[0].Field != "conflict" || !strings.Contains(waits[0].Detail, "is gone from the target") {
		t.Errorf("%+v", found)
	}
	if n := done.Counts[desk.KindMessage]; n.Expected-n.There != 3 {
		t.Errorf("%+v of the messages, want 3 more expected than there", n)
	}
}
