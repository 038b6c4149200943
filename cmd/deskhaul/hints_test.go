package main

import (
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// What goes on with a run that was stopped is that run: not one of everything.
func TestGoingOnKeepsTheSelection(t *testing.T) {
	s := &session{app: &app{from: []string{"mbox:my mail.mbox"}}, folder: "acme", p: &project.Project{}}
	args := s.arguments(move{sample: 20, since: "2026-01-31 10:00", kinds: []string{"ticket"}})
	got := s.next(&report.Run{Verb: "migrate", State: checkpoints.RunInterrupted}, args)[0].Command
	want := invoked() + " migrate --sample 20 --since '2026-01-31 10:00' --kinds ticket --from 'mbox:my mail.mbox' acme"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	rest := s.next(&report.Run{Verb: "migrate", State: checkpoints.RunDone}, args)
	if last := rest[len(rest)-1]; last.Why != report.WhyRest || last.Command != invoked()+" migrate --from 'mbox:my mail.mbox' acme" {
		t.Errorf("after a sample comes %+v", last)
	}
	if at := flagsIn(args); args[at:] != "--from 'mbox:my mail.mbox'" {
		t.Errorf("system flags of %q begin at %d", args, at)
	}
}
