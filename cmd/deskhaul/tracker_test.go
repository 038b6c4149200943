package main

import (
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// trackers are those of all scripts, by their addresses.
var trackers sync.Map

// tracker is "tracker start", which starts a Request Tracker and puts its address into
// TRACKER; "tracker scrips" and "tracker quiet", which enable its scrips and disable them;
// "tracker outbox N", which wants so many e-mails to have been sent.
func tracker(ts *testscript.TestScript, _ bool, args []string) {
	if args[0] == "start" {
		s := rttest.New()
		url := s.Start(ts.Defer)
		trackers.Store(url, s)
		ts.Setenv("TRACKER", url)
		return
	}
	at, ok := trackers.Load(ts.Getenv("TRACKER"))
	if !ok {
		ts.Fatalf("tracker start comes first")
	}
	s := at.(*rttest.Server)
	switch args[0] {
	case "scrips", "quiet":
		s.Turn(args[0] == "scrips")
	case "outbox":
		if mails := s.Outbox(); len(mails) != strings.Count(args[1], "|") {
			ts.Fatalf("e-mails: %q", mails)
		}
	default:
		ts.Fatalf("tracker: %q", args)
	}
}
