package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A customer's message that arrived, and whose answer was lost or whose run was killed
// after it, opens the ticket all the same, and that is told no more than once.
func TestReopenedOverABreak(t *testing.T) {
	for _, at := range []string{"append", "update"} {
		for _, killed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, killed %v", at, killed), func(t *testing.T) {
				b := newBoth(t, pipeline.TargetWins)
				b.next(t, func(x *desk.Ticket) { x.Status = desk.StatusSolved })
				b.old(t, func(x *desk.Ticket) {
					x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "it is broken again"})
				})
				b.dst.Fail = func(verb string, _ any) (before, after error) {
					switch {
					case verb != at:
						return nil, nil
					case killed:
						b.life.dead.Store(true)
						return nil, nil
					}
					return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
				}
				b.Run++
				if _, err := b.Go(t.Context()); killed && err == nil {
					t.Fatal("it was not killed")
				}
				b.dst.Fail = nil
				if killed {
					b.open(t)
				}
				b.run(t)
				b.run(t)
				got := subjectOf(t, b.dst, "subject 1")
				if got.Status != desk.StatusOpen || len(got.Messages) != 3 {
					t.Errorf("it is %s, with %d messages", got.Status, len(got.Messages))
				}
				if n := strings.Count(strings.Join(b.said, "\n"), "its customer wrote again"); n > 1 || n == 0 && at == "append" {
					t.Errorf("told %q", b.said)
				}
			})
		}
	}
}
