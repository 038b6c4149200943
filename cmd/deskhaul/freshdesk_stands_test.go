package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// linesTo is a move of records, a line each, to a Freshdesk; say says others instead.
func linesTo(t *testing.T, far *cloud, lines string) (j *journey, say func(string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.jsonl")
	say = func(lines string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	say(lines)
	j = travel(t, "jsonl:"+path, far)
	return j, say
}

// Somebody whose address is written in capitals there is taken for who they are at the
// first run, and is nobody's to delete.
func TestFreshdeskContactInCapitals(t *testing.T) {
	far := aFreshdesk(t)
	s := far.people.(freshdeskPeople).Server
	s.AddContact(freshdesktest.Contact{Name: "Семён", Email: "S.Gromov@a.test"})
	j, _ := linesTo(t, far, `{"kind":"contact","id":"c","name":"S","emails":["s.gromov@a.test"]}
{"kind":"ticket","id":"t","subject":"Счёт","requester":{"kind":"contact","id":"c"},"messages":[{"id":"1","author":{"kind":"contact","id":"c"},"at":"2015-01-02T03:04:05Z","text":"help"}]}
`)
	before := s.Counts()["contacts"]
	if n := j.run(t, "migrate").Kinds; n[desk.KindContact].Adopted != 1 || n[desk.KindTicket].Created != 1 {
		t.Errorf("%+v", n)
	}
	j.sound(t, 1, 1)
	if gone := j.rollback(t, "--yes"); gone.Deleted[desk.KindContact] != 0 || gone.Deleted[desk.KindTicket] != 1 || s.Counts()["contacts"] != before {
		t.Errorf("%+v, and %d contacts of %d", gone, s.Counts()["contacts"], before)
	}
}

// An agent without a seat is stood in for: that is no one made, planned or deleted; what it
// loses is told once, by the plan and by the run.
func TestFreshdeskStandIn(t *testing.T) {
	far := aFreshdesk(t)
	s := far.people.(freshdeskPeople).Server
	j, _ := linesTo(t, far, `{"kind":"agent","id":"a","name":"Gone","email":"gone@old.test"}
{"kind":"agent","id":"b","name":"Ann","email":"ann@desk.test"}
{"kind":"ticket","id":"t","subject":"Счёт","assignee":{"kind":"agent","id":"a"},"messages":[{"id":"1","author":{"kind":"agent","id":"a"},"at":"2015-01-02T03:04:05Z","text":"seen"}]}
`)
	var plan report.Plan
	if err := json.Unmarshal(mustRun(t, j.words("plan")...), &plan); err != nil {
		t.Fatal(err)
	}
	if n := plan.Kinds[desk.KindAgent]; n.Create != 0 || n.Adopt != 2 || plan.Requests != 1 {
		t.Errorf("planned %+v, %d calls", n, plan.Requests)
	}
	run := j.run(t, "migrate")
	if n := run.Kinds[desk.KindAgent]; n.Created != 0 || n.Adopted != 2 {
		t.Errorf("made %+v", n)
	}
	var planned []loss
	for _, l := range plan.Losses {
		planned = append(planned, loss{Kind: l.Kind, Field: l.Field})
	}
	for who, losses := range map[string][]loss{"plan": planned, "run": run.Losses} {
		of := slices.DeleteFunc(losses, func(l loss) bool { return l.Kind != desk.KindAgent })
		if len(of) != 1 || of[0].Field != "email" {
			t.Errorf("the %s tells of agents that they lose %+v", who, of)
		}
	}
	if again := j.run(t, "sync"); len(again.Losses) > 0 {
		t.Errorf("told again: %+v", again.Losses)
	}
	j.sound(t, 1, 1)
	before := s.Counts()["agents"]
	if gone := j.rollback(t, "--yes"); gone.Deleted[desk.KindAgent]+gone.Left[desk.KindAgent] != 0 || gone.Deleted[desk.KindTicket] != 1 || s.Counts()["agents"] != before {
		t.Errorf("%+v", gone)
	}
}
