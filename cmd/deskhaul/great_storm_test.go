//go:build integration && linux

package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The storm is asked for with flags; without any there is none.
var (
	stormFor    = flag.Duration("storm.for", 0, "begin rounds of the great storm for so long")
	stormRounds = flag.Int("storm.rounds", 0, "so many rounds of the great storm; with -storm.for at most")
	stormSeed   = flag.Uint64("storm.seed", 0, "the seed of the first round, the next one has the next number; 0 is a new one")
	stormOn     = flag.String("storm.on", "", "routes of the great storm, such as mbox-rt, or their ends, such as rt; with commas between")
)

// mostBroken rounds, and it is over: each takes long, and they are mostly of one sort.
const mostBroken = 5

// TestGreatStorm is the program as it is built, in processes of its own, in all that can
// befall it at once: refusals, lost answers, kill -9, a clock that jumps, disks that are
// full, slow and torn lines, servers that are killed and started again. Each round is a
// move of its own from its own seed, and some deltas after it, with people at work in
// between. After each of them what lies at the target is what was said in the source,
// once: so says deskhaul verify, and so does a look at the target's own files, database
// or memory. Nobody was sent an e-mail.
//
//	go test -tags integration ./cmd/deskhaul -run '^TestGreatStorm$' -timeout 0 -v -args -storm.for=1h -storm.seed=7 -storm.on=rt
func TestGreatStorm(t *testing.T) {
	t.Cleanup(rttest.Forget)
	routes := chosenRoutes(t)
	seed, most := *stormSeed, *stormRounds
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) % 1e9
	}
	if most == 0 && *stormFor == 0 {
		t.Skip("there is a storm only where it is asked for: -storm.for or -storm.rounds")
	}
	binary, small := buildStormy(t), canMount(t)
	began, tally, ran, broken := time.Now(), map[string]int{}, 0, 0
	say := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%s storm: %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
	}
	say("seed %d, %d routes", seed, len(routes))
	for (most == 0 || ran < most) && (*stormFor == 0 || time.Since(began) < *stormFor) && broken < mostBroken {
		g := newGreatRound(seed+uint64(ran), routes, binary, small)
		ran++
		begins := time.Now()
		say("round %d, seed %d, %s", ran, g.seed, g.name())
		fine := t.Run(fmt.Sprintf("%d-%s", g.seed, g.name()), g.blow)
		say("round %d took %s: %s", ran, time.Since(begins).Round(time.Second), tallied(g.tally))
		for what, n := range g.tally {
			tally[what] += n
		}
		if !fine {
			broken++
			say("round %d FAILED; it is kept in %s; again: %s", ran, g.dir, g.again())
		}
	}
	say("%d rounds from seed %d in %s, %d of them failed; struck by %s", ran, seed, time.Since(began).Round(time.Second), broken, tallied(tally))
}

func tallied(tally map[string]int) string {
	var out []string
	for _, what := range slices.Sorted(maps.Keys(tally)) {
		out = append(out, fmt.Sprintf("%s %d", what, tally[what]))
	}
	return strings.Join(out, ", ")
}

// chosenRoutes are those that -storm.on names; a real server that cannot be started here
// is left out.
func chosenRoutes(t *testing.T) (out [][2]string) {
	t.Helper()
	here := map[string]bool{"rt": isThere("RT_SCRIPT", "rt.sh"), "imap": isThere("", "dovecot.sh")}
	asked := strings.FieldsFunc(*stormOn, func(r rune) bool { return r == ',' })
	for _, r := range greatRoutes() {
		for name, there := range here {
			if !there && (r[0] == name || r[1] == name) {
				r = [2]string{}
			}
		}
		named := func(word string) bool { return word == r[0]+"-"+r[1] || word == r[0] || word == r[1] }
		if r[0] != "" && (len(asked) == 0 || slices.ContainsFunc(asked, named)) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		t.Skipf("there is no way for the storm on %q: all are %q", *stormOn, greatRoutes())
	}
	return out
}

func isThere(variable, script string) bool {
	path := filepath.Join("..", "..", "..", "shared", "servers", script)
	if given := os.Getenv(variable); given != "" {
		path = given
	}
	_, err := os.Stat(path)
	return err == nil
}

// canMount tells whether small disks can be had.
func canMount(t *testing.T) bool {
	t.Helper()
	at := t.TempDir()
	if err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", at).Run(); err != nil {
		t.Logf("no disk is full in this storm: none can be mounted here: %v", err)
		return false
	}
	return exec.CommandContext(t.Context(), "umount", at).Run() == nil
}
