package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// A ticket that is marked as spam there still stands: it is not made again, no rollback
// claims to delete it, verify tells the mark, and what is new of it waits until that is
// taken back.
func TestFreshdeskTicketMarkedAsSpam(t *testing.T) {
	lines := `{"kind":"contact","id":"c","name":"O","emails":["o@a.test"]}` + "\n"
	ticket := func(id, more string) string {
		first := `{"id":"` + id + `1","author":{"kind":"contact","id":"c"},"at":"2015-01-02T03:04:05Z","text":"help"}`
		return fmt.Sprintf(`{"kind":"ticket","id":%q,"subject":"About %s","requester":{"kind":"contact","id":"c"},"messages":[%s%s]}`+"\n", id, id, first, more)
	}
	far := aFreshdesk(t)
	s := far.people.(freshdeskPeople).Server
	mark := func(spam bool) { s.ChangeTicket(1, func(k *freshdesktest.Ticket) { k.Spam = spam }) }
	j, say := linesTo(t, far, lines+ticket("a", "")+ticket("b", ""))
	j.run(t, "migrate")
	var id string // of the first ticket there
	s.ChangeTicket(1, func(k *freshdesktest.Ticket) { id = strings.TrimPrefix(k.Subject, "About ") })
	mark(true)

	v, code := j.verify(t)
	told := slices.ContainsFunc(v.Hops[0].Found, func(f report.Found) bool {
		return f.Class == string(pipeline.Differs) && f.Count == 1 && strings.Contains(f.First[0].Detail, "is marked as spam")
	})
	if code != exitDifference || v.Differences != 1 || !told {
		t.Errorf("verify: exit code %d: %s %+v", code, v.Line, v.Hops[0].Found)
	}

	more := `,{"id":"late","author":{"kind":"contact","id":"c"},"at":"2015-01-03T03:04:05Z","text":"and"}`
	both := map[string]string{"a": ticket("a", ""), "b": ticket("b", "")}
	both[id] = ticket(id, more)
	say(lines + both["a"] + both["b"])
	_, r := j.end(t, "sync")
	waits := string(mustRun(t, "quarantine", j.dir))
	if r.code != exitQuarantine || !strings.Contains(waits, "copy 1 is marked as spam at the target, where nobody looks") || strings.Contains(waits, "gone") {
		t.Errorf("sync: exit code %d: %s\n%s", r.code, r.all(), waits)
	}
	if n := s.Counts(); n["tickets"] != 2 || n["conversations"] != 0 {
		t.Errorf("there is %v", n)
	}

	mark(false)
	j.run(t, "retry")
	if n := s.Counts(); n["tickets"] != 2 || n["conversations"] != 1 {
		t.Errorf("after it was taken back there is %v", n)
	}
	j.sound(t, 2, 3)

	mark(true)
	gone := j.rollback(t, "--yes")
	if gone.Deleted[desk.KindTicket] != 1 || gone.Left[desk.KindTicket] != 1 || gone.Left[desk.KindContact] != 1 || !strings.Contains(gone.First[0].Why, "is marked as spam") {
		t.Errorf("rolled back: %+v", gone)
	}
	j.run(t, "migrate")
	if n := s.Counts(); n["tickets"] != 2 {
		t.Errorf("made anew, there is %v", n)
	}
}
