//go:build integration && linux

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// greatRound is one move with its deltas.
type greatRound struct {
	seed   uint64
	rng    *rand.Rand
	route  [2]string
	binary string
	small  bool // a small disk can be had

	dir, project   string
	disk           *greatDisk
	source, target *greatEnd
	journey        *journey
	truth          *truth
	ids            map[string]string // of the source's tickets, by subject
	mails, numbers int               // the next ones
	skew           int               // by how many seconds our clock is wrong throughout
	later          atomic.Int64      // how much later it is in the round than here, in nanoseconds
	counting       sync.Mutex
	tally          map[string]int // what struck it
	dovecot        *imaptest.Dovecot
	accounts       int
}

func newGreatRound(seed uint64, routes [][2]string, binary string, small bool) *greatRound {
	g := &greatRound{seed: seed, rng: rand.New(rand.NewPCG(seed, 6)), binary: binary, small: small, truth: newTruth(), tally: map[string]int{}, numbers: firstOfPeople}
	g.route = routes[rand.New(rand.NewPCG(seed, 5)).IntN(len(routes))] // the rest is the same whatever it is chosen from
	return g
}

// now is the time in the round, by a clock that is right.
func (g *greatRound) now() time.Time { return time.Now().Add(time.Duration(g.later.Load())) }

// pass lets some time pass at once: none, minutes, or hours. The clock of a real server
// cannot be set.
func (g *greatRound) pass() {
	most := []time.Duration{time.Second, 15 * time.Minute, 3 * time.Hour, 30 * time.Hour}[g.rng.IntN(4)]
	if some := time.Duration(g.rng.Int64N(int64(most))); !slices.Contains(g.route[:], "rt") {
		g.later.Add(int64(some))
	}
}

// more is a source of numbers for somebody who asks at any time.
func (g *greatRound) more() *rand.Rand { return rand.New(rand.NewPCG(g.seed, g.rng.Uint64())) }

func (g *greatRound) name() string { return g.route[0] + "-" + g.route[1] }

// again is the command that repeats this round.
func (g *greatRound) again() string {
	return fmt.Sprintf("go test -tags integration ./cmd/deskhaul -run '^TestGreatStorm$' -timeout 0 -v -args -storm.rounds=1 -storm.seed=%d -storm.on=%s", g.seed, g.name())
}

func (g *greatRound) blow(t *testing.T) {
	g.open(t)
	g.phase(t, "migrate")
	for i := range 1 + g.rng.IntN(3) {
		g.work(t)
		g.phase(t, "sync")
		g.count("deltas", 1)
		t.Logf("delta %d: %s", i+1, tallied(g.tally))
	}
	for _, e := range []*greatEnd{g.source, g.target} {
		if e.outbox == nil {
			continue
		}
		if mails := e.outbox(); len(mails) > 0 {
			t.Errorf("%s sent %d e-mails, such as %s", e.name, len(mails), mails[0])
		}
	}
}

// open makes both ends, and what there is to move.
func (g *greatRound) open(t *testing.T) {
	t.Helper()
	var err error
	if g.dir, err = os.MkdirTemp("", "deskhaul-storm-"); err != nil { //nolint:usetesting // it is kept if the round fails
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() {
			_ = os.RemoveAll(g.dir)
		}
	})
	g.disk = newGreatDisk(t, filepath.Join(g.dir, "disk"), g.small)
	g.project = filepath.Join(g.disk.at, "project")
	g.source, g.target = greatEnds[g.route[0]](t, g), greatEnds[g.route[1]](t, g)
	g.journey = &journey{dir: g.project, args: slices.Concat(g.source.end("from"), g.target.end("to"))}
	n := 5*(4+g.rng.IntN(8)) - 1
	g.mails = n + 1
	g.truth.mails(0, n)
	if g.source.mails != nil {
		g.source.mails(t, 0, n)
		return
	}
	mailbox := aMailbox(t, n+1)
	travel(t, mailbox, g.source.cloud).run(t, "migrate")
	g.ids = g.source.ids(t)
}

// phase runs a verb in bad weather, and then until all is done; then it compares.
func (g *greatRound) phase(t *testing.T, verb string) {
	t.Helper()
	g.skew = 0
	if g.rng.IntN(3) == 0 { // nobody has set our clock yet
		g.skew = g.rng.IntN(52*3600) - 26*3600
		g.count("clock wrong throughout", 1)
	}
	g.foul()
	for i := range 2 + g.rng.IntN(5) {
		do := verb
		if i%3 == 2 {
			do = "retry"
		}
		g.run(t, do, g.strike())
		if verb == "sync" && g.rng.IntN(3) == 0 { // people do not wait for us
			g.fair()
			g.work(t)
			g.foul()
		}
	}
	g.fair()
	g.settle(t, verb)
	g.verify(t)
	voices := g.target.look(t)
	if wrong := g.truth.against(voices); len(wrong) > 0 {
		t.Fatalf("what lies at the target is not what was said in the source:\n%s", strings.Join(wrong, "\n"))
	}
}

// mostFair is how many runs in fair weather may be needed.
const mostFair = 16

// settle runs until all is done, and once more, which must write nothing.
func (g *greatRound) settle(t *testing.T, verb string) {
	t.Helper()
	done := 0
	for i := range mostFair {
		do := verb
		if i%2 == 1 && done == 0 {
			do = "retry"
		}
		o, code := g.run(t, do, new(greatStrike))
		wrote := o.Kinds[desk.KindTicket].Created + o.Kinds[desk.KindTicket].Updated + o.Kinds[desk.KindMessage].Created
		switch {
		case do != verb || code != exitDone:
			done = 0
			time.Sleep(time.Second) // searches run behind, and settling takes some
		case done > 0 && wrote > 0:
			t.Fatalf("one run more wrote: %+v", o.Kinds)
		case done > 0:
			return
		default:
			done++
		}
	}
	t.Fatalf("%s does not come to an end in %d runs: see %s", verb, mostFair, g.said())
}

// work is what people do in the source between two runs.
func (g *greatRound) work(t *testing.T) {
	t.Helper()
	g.pass()
	defer g.pass()
	if g.source.mails != nil {
		n := g.rng.IntN(13)
		if n > 0 {
			g.source.mails(t, g.mails, g.mails+n-1)
			g.truth.mails(g.mails, g.mails+n-1)
		}
		g.mails += n
		return
	}
	subjects := []string{}
	for subject := range g.ids {
		subjects = append(subjects, subject)
	}
	slices.Sort(subjects)
	for range g.rng.IntN(7) {
		subject := subjects[g.rng.IntN(len(subjects))]
		g.speak(t, subject, g.ids[subject])
	}
	for range g.rng.IntN(3) {
		n := g.number()
		subject := fmt.Sprintf("New %d", n)
		g.source.open(t, subject, n)
		g.truth.add(subject, fmt.Sprint(n))
	}
	g.ids = g.source.ids(t)
}

// speak is somebody at one ticket.
func (g *greatRound) speak(t *testing.T, subject, id string) {
	t.Helper()
	n := g.number()
	switch g.rng.IntN(4) {
	case 0:
		g.source.note(t, id, n)
		g.truth.add(subject, fmt.Sprintf("%d (note)", n))
	case 1:
		g.source.solve(t, id)
		g.truth.solved[subject] = true
	default:
		if g.truth.solved[subject] {
			return // an answer may open it again, or not: each helpdesk has its own rule
		}
		g.source.answer(t, id, n)
		g.truth.add(subject, fmt.Sprint(n))
	}
}

func (g *greatRound) number() int {
	g.numbers++
	return g.numbers
}
