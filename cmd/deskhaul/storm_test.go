package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
)

// How many runs may be needed in fair weather, how many may be over while faults are
// still to be met, and how many there may be in all: each expired token ends one.
const (
	mostFairRuns = 10
	mostIdleRuns = 20
	mostRuns     = 200
)

// weathered runs until all faults were met, and then until nothing is left to do. It
// returns what the runs told of losses.
func (s *storm) weathered(t *testing.T, verb string, gap int) (losses []loss) {
	t.Helper()
	s.foul(gap)
	var said strings.Builder
	fair, idle, kills := 0, 0, s.kills
	for n := 0; fair < mostFairRuns && idle < mostIdleRuns && n < mostRuns; n++ {
		left, do := s.left(), verb
		if n%2 == 1 {
			do = "retry"
		}
		run := inside
		if do == verb && kills > 0 {
			kills--
			run = killedAfter(time.Duration(s.rng.Int64N(int64(3 * time.Second))))
		}
		out, code := s.try(t, do, run, &said)
		losses = append(losses, out.Losses...)
		switch {
		case len(left) == 0 && code == exitDone && do == verb:
			s.allMet(t, verb, n+1)
			return losses
		case len(left) == 0:
			fair++
			time.Sleep(time.Second) // searches run behind that long
		case code == exitDone && do == verb && len(s.left()) == len(left):
			idle++
			s.goOn(t)
		}
	}
	t.Fatalf("%s never comes to an end; to come are %q:\n%s", verb, s.left(), said.String())
	return nil
}

// foul begins bad weather at both ends.
func (s *storm) foul(gap int) {
	for _, c := range s.ends() {
		decks := []weather.Deck{{Sort: weather.Read, Times: s.packs, Gap: gap}}
		if c == s.next { // which is read little
			decks = []weather.Deck{{Sort: weather.Read, Times: s.packs, Gap: 1}, {Sort: weather.Write, Times: s.packs, Gap: gap}}
		}
		c.weather.Foul(decks...)
	}
}

// try is one run. It may fail or leave something over, but not otherwise.
func (s *storm) try(t *testing.T, verb string, run func(*testing.T, ...string) *ran, said *strings.Builder) (o outcome, code int) {
	t.Helper()
	r := run(t, s.journey.words(verb)...)
	fmt.Fprintf(said, "\n%s, with %d sorts of faults to come: exit code %d\n%s", verb, len(s.left()), r.code, &r.errs)
	switch r.code {
	case wasKilled:
		return o, r.code
	case exitDone, exitError, exitQuarantine:
	default:
		t.Fatalf("%s: exit code %d\n%s", verb, r.code, &r.errs)
	}
	if bad := json.Unmarshal(r.out.Bytes(), &o); bad != nil && r.out.Len() > 0 {
		t.Fatalf("%s: %v: %s", verb, bad, &r.out)
	}
	return o, r.code
}

// goOn is what people do who have too little to do: they talk, in several tickets.
func (s *storm) goOn(t *testing.T) {
	t.Helper()
	s.talk++
	if s.from == nil {
		if err := appendMails(s.old.url, 1000+7*s.talk, 1006+7*s.talk); err != nil {
			t.Fatal(err)
		}
		return
	}
	for i, subject := range []string{"Case 0", "Case 1", "Case 2", "Case 5"} {
		s.old.answer(t, s.ids[subject], 2000+10*s.talk+i)
	}
}

// left are the faults to come, at both ends; with none of them the weather is fair.
func (s *storm) left() (out []string) {
	for _, c := range s.ends() {
		for _, fault := range c.weather.Left() {
			out = append(out, c.connector+": "+fault)
		}
	}
	if len(out) == 0 {
		for _, c := range s.ends() {
			c.weather.Fair()
		}
	}
	return out
}

// allMet fails where a fault was not met.
func (s *storm) allMet(t *testing.T, verb string, runs int) {
	t.Helper()
	for _, c := range s.ends() {
		c.weather.WantAll(t)
	}
	t.Logf("%s: %d runs, %d of them for the weather's sake alone", verb, runs, s.talk)
}
