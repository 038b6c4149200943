package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Tickets of a table that wait for somebody who is refused are planned so, with the cause: the
// source has them, although it cannot be asked for one.
func TestPlanOfTicketsThatWait(t *testing.T) {
	t.Parallel()
	next, _ := newFreshdesk(t)
	next.settings = []string{"quiet=notifications-off", "mark_field=cf_deskhaul"} // nobody stands in
	here := t.TempDir()
	write(t, filepath.Join(here, "tickets.csv"), "id,subject,assignee email,requester email,created\n1,a,left@desk.example,c@customer.example,2024-05-01\n2,b,left@desk.example,c@customer.example,2024-05-02\n")
	words := append([]string{"plan", "--from", "csv:" + filepath.Join(here, "tickets.csv")}, next.end("to")...)
	r := inside(t, append(words, filepath.Join(here, "move"))...)
	if said := r.all(); !strings.Contains(said, "wait 2") || strings.Contains(said, "no longer has it") || !strings.Contains(said, "left@desk.example, which has not arrived") {
		t.Errorf("it said\n%s", said)
	}
}
