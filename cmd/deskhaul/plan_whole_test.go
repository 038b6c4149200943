package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// One ticket of a plan is shown with all its messages, also where the target takes the
// first with the ticket and the others one by one; and its losses go into a file.
func TestPlanShowsAWholeTicket(t *testing.T) {
	t.Parallel()
	ticket := aTicket("1", "one", "two", "three")
	ticket.Status = desk.StatusClosed
	ticket.Messages[1].Author = desk.To(desk.KindContact, "nobody")
	j := travel(t, "jsonl:"+recordsFile(t, asker, ticket), aFreshdesk(t))
	losses := filepath.Join(t.TempDir(), "losses.csv")
	var plans []struct {
		After  desk.Ticket
		Losses []struct{ Field string }
	}
	printed(t, append(j.words("plan"), "--ticket", "1", "--losses", losses), &plans)
	last := plans[len(plans)-1]
	if len(last.After.Messages) != 3 {
		t.Errorf("shown with %d messages", len(last.After.Messages))
	}
	said := 0
	for _, p := range plans {
		said += len(p.Losses)
	}
	rows, err := os.ReadFile(losses)
	if err != nil || said == 0 || bytes.Count(rows, []byte("\n")) != said+1 {
		t.Errorf("%d losses, %v:\n%s", said, err, rows)
	}
}

// A ticket that there is not, or a plan of one that fails, leaves the last list of losses
// as it was.
func TestPlanOfNoTicketLeavesTheLastLosses(t *testing.T) {
	t.Parallel()
	_, _, _, project := aSmallMove(t)
	losses := filepath.Join(t.TempDir(), "losses.csv")
	add(t, losses, "the last ones")
	if r := inside(t, "plan", "-q", "--ticket", "nobody's", "--losses", losses, project); r.code != exitUsage {
		t.Fatal(r.all())
	}
	if got := mustRead(t, losses); string(got) != "the last ones" {
		t.Errorf("it has %q", got)
	}
}
