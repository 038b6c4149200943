package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
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
