//go:build integration && linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/report"
)

// greatStrike is what befalls one run besides the weather.
type greatStrike struct {
	clock    wrong
	kill     int           // after so many pieces went to the server at an end; 0 it lives
	at       int           // that end, among the lines
	patience time.Duration // where there is no line: kill after that; 0 it lives
	delay    time.Duration // between the piece and the kill
	torn     bool
	away     int           // after so many pieces the server goes away; 0 it stays
	of       int           // which one
	hard     bool          // it is killed
	gone     time.Duration // for so long
	room     int64         // bytes that are free on the disk; 0 there is enough
}

func (g *greatRound) lines() (out []*greatLine) {
	return append(append(out, g.source.lines...), g.target.lines...)
}

// strike is what befalls the next run.
func (g *greatRound) strike() *greatStrike {
	s := new(greatStrike)
	hit := func(of int) bool { return g.rng.IntN(of) == 0 }
	if hit(2) {
		s.clock = wrongClock(g.rng)
	}
	lines := len(g.lines())
	if lines > 0 {
		s.at, s.of = g.rng.IntN(lines), g.rng.IntN(lines)
	}
	if hit(2) { // mostly early: a run that meets the weather is short
		s.kill, s.delay, s.patience = 1+g.rng.IntN([]int{12, 50, 200}[g.rng.IntN(3)]), time.Duration(g.rng.Int64N(int64(150*time.Millisecond))), time.Duration(1+g.rng.Int64N(int64(time.Second)))
	}
	s.torn = hit(3)
	if hit(4) {
		s.away, s.hard, s.gone = 1+g.rng.IntN(60), hit(2), time.Duration(g.rng.Int64N(int64(1500*time.Millisecond)))
	}
	if hit(4) {
		s.room = 4096 * (1 + g.rng.Int64N(120))
	}
	return s
}

// foul begins bad weather at both ends, and fair ends it, there and on the lines.
func (g *greatRound) foul() {
	for i, e := range []*greatEnd{g.source, g.target} {
		if e.weather == nil || g.rng.IntN(4) == 0 {
			continue
		}
		decks := []weather.Deck{{Sort: weather.Read, Times: 1 + g.rng.IntN(2), Gap: 12}}
		if i == 1 {
			decks = append(decks, weather.Deck{Sort: weather.Write, Times: 1 + g.rng.IntN(2), Gap: 8})
		}
		e.weather.Foul(decks...)
	}
}

func (g *greatRound) fair() {
	for _, e := range []*greatEnd{g.source, g.target} {
		if e.weather == nil {
			continue
		}
		for fault, n := range e.weather.Met() {
			g.count("weather: "+strings.Split(fault, ",")[0], n)
		}
		e.weather.Fair()
	}
}

// said is where all is kept that the runs say.
func (g *greatRound) said() string { return filepath.Join(g.dir, "said.txt") }

func (g *greatRound) note(t *testing.T, format string, args ...any) {
	t.Helper()
	f, err := os.OpenFile(g.said(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(f, format, args...)
	_ = f.Close()
}

// mostPatience is after what time a run counts as one that hangs.
const mostPatience = 6 * time.Minute

// run is one run, in all that befalls it. It may fail or leave something over, but not
// otherwise.
func (g *greatRound) run(t *testing.T, verb string, s *greatStrike) (o outcome, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command(g.binary, g.journey.words(verb)...)
	c.Stdout, c.Stderr = &out, &errs
	c.Env = append(os.Environ(), clockVariable+"="+s.clock.said(int(g.later.Load()/1e9)+g.skew))
	began := time.Now()
	calm := g.befall(t, c, s)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if s.kill > 0 && len(g.lines()) == 0 {
		defer time.AfterFunc(s.patience, func() { _ = c.Process.Kill() }).Stop()
	}
	hangs := time.AfterFunc(mostPatience, func() { _ = c.Process.Signal(syscall.SIGQUIT) })
	_ = c.Wait()
	hung := !hangs.Stop()
	calm()
	code = c.ProcessState.ExitCode()
	g.note(t, "\n== %s %s after %s, %+v: exit code %d\n%s%s", began.Format(time.TimeOnly), verb, time.Since(began).Round(time.Millisecond), *s, code, &errs, &out)
	if hung || strings.Contains(errs.String(), "goroutine ") || strings.Contains(errs.String(), "panic:") {
		t.Fatalf("%s hangs (%v) or breaks: see %s", verb, hung, g.said())
	}
	switch code {
	case wasKilled:
		g.count("kill -9", 1)
		return o, code
	case exitDone, exitError, exitQuarantine:
	default:
		t.Fatalf("%s: exit code %d\n%s", verb, code, &errs)
	}
	if s.room > 0 && strings.Contains(errs.String(), "space") {
		g.count("disk full", 1)
	}
	if bad := json.Unmarshal(out.Bytes(), &o); bad != nil && out.Len() > 0 {
		t.Fatalf("%s: %v: %s", verb, bad, &out)
	}
	return o, code
}

// befall lets a strike befall a run that is about to start. What it returns ends it, and
// waits until all servers are there again.
func (g *greatRound) befall(t *testing.T, c *exec.Cmd, s *greatStrike) (calm func()) {
	t.Helper()
	lines := g.lines()
	if s.kill > 0 && len(lines) > 0 {
		lines[s.at].after(s.kill, func() {
			time.Sleep(s.delay)
			_ = c.Process.Kill()
		})
	}
	back := func() {}
	if s.away > 0 && len(lines) > 0 {
		back = g.sendAway(t, lines[s.of], s)
	}
	if len(s.clock) > 0 {
		g.count("clock jumps", len(s.clock))
	}
	for _, l := range lines {
		if s.torn {
			l.foul(25)
		}
	}
	g.disk.leave(t, s.room)
	return func() {
		for _, l := range lines {
			l.forget()
			l.foul(0)
			for fault, n := range l.taken() {
				g.count("line: "+fault, n)
			}
		}
		g.disk.leave(t, 0)
		back()
	}
}

// sendAway lets the server at the far end of a line go away when it is time. What it
// returns waits until it is back, if it went.
func (g *greatRound) sendAway(t *testing.T, l *greatLine, s *greatStrike) (back func()) {
	var once sync.Once
	l.after(s.away, func() { once.Do(func() { g.leave(t, l, s) }) })
	return func() { once.Do(func() {}) }
}

// leave lets the server at the far end of a line be away for a while.
func (g *greatRound) leave(t *testing.T, l *greatLine, s *greatStrike) {
	for _, e := range []*greatEnd{g.source, g.target} {
		if e.restart != nil && e.lines[0] == l {
			if err := e.restart(s.hard, s.gone); err != nil {
				t.Error(err)
			}
			g.count(map[bool]string{false: "server stopped and started", true: "server killed and started"}[s.hard], 1)
			return
		}
	}
	l.down()
	time.Sleep(s.gone)
	if err := l.up(); err != nil {
		t.Error(err)
	}
	g.count("server away", 1)
}

// count notes what struck the round; servers go away while runs go on.
func (g *greatRound) count(what string, n int) {
	g.counting.Lock()
	defer g.counting.Unlock()
	g.tally[what] += n
}

// verify is the command of this name: it must find nothing.
func (g *greatRound) verify(t *testing.T) {
	t.Helper()
	c := exec.CommandContext(t.Context(), g.binary, append(g.journey.words("verify"), "--out", filepath.Join(g.dir, "differences.jsonl"))...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run()
	var v report.Verification
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatalf("verify: %v: %s%s", err, &out, &errs)
	}
	g.note(t, "\n== verify: %s\n%s", v.Line, &errs)
	if code := c.ProcessState.ExitCode(); code != exitDone || v.Differences+v.Waiting+v.Aside+v.Added > 0 {
		var found []report.Found
		for _, h := range v.Hops {
			found = append(found, slices.DeleteFunc(h.Found, func(f report.Found) bool { return f.Class == "lost" })...)
		}
		b, _ := json.MarshalIndent(found, "", " ")
		t.Errorf("verify: exit code %d, %s, %d added, %d new in the source\n%.3000s", code, v.Line, v.Added, v.Waiting, b)
	}
}
