package pipeline_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// The gale over each target that keeps its records in files: a kill leaves the files as they
// are then, and a ledger without what was not durable.
func TestRunsAndRollbacksInAGaleOnDisk(t *testing.T) {
	for _, name := range endsOnDisk() {
		for seed := range uint64(rounds.Of(1, 2, 40)) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				g := &diskGale{rnd: rand.New(rand.NewPCG(seed, 4)), src: fromAnn(t), to: endIn(t, name, t.TempDir())}
				g.hop = newHop(t, nil, connectors.Caps{}, nil, connectors.Caps{})
				g.connect(t)
				for n := range 7 {
					g.blow(t)
					g.log = append(g.log, sway(t, g.rnd, g.src, n))
				}
				g.settle(t)
			})
		}
	}
}

// fromAnn is a desk whose messages name their sender, as mails do.
func fromAnn(t *testing.T) *mem.Desk {
	src := verifiable()
	for n := range 4 {
		x := subjectOf(t, src, fmt.Sprintf("subject %d", n+1))
		for i := range x.Messages {
			x.Messages[i].From = desk.Address{Email: "ann@example.test"}
		}
		src.Seed(x)
	}
	return src
}

type diskGale struct {
	*hop
	rnd *rand.Rand
	src *mem.Desk
	to  end
	log []string
}

func (g *diskGale) connect(t *testing.T) {
	g.hop.connect(t, endInMemory(g.src), g.to)
	g.Reads.Edits, g.Conflicts = true, pipeline.TargetWins
}

// blow runs or rolls back, perhaps killed on the way, and opens all anew.
func (g *diskGale) blow(t *testing.T) {
	ctx, stop := context.WithCancel(background(t))
	defer stop()
	at, life := g.rnd.IntN(20), g.life
	kill := func() {
		if at--; at == 0 {
			life.dead.Store(true)
			stop()
		}
	}
	g.Watch = func(e pipeline.Event) {
		g.watch(e)
		if e.Step != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			kill()
		}
	}
	g.Run++
	if g.rnd.IntN(5) < 3 {
		_, err := g.Go(ctx)
		g.log = append(g.log, fmt.Sprint("run ", g.Run, ": ", err))
	} else {
		of := g.rnd.Int64N(g.Run)
		b := &pipeline.Rollback{Pipeline: g.Pipeline, Of: of, Do: true, Told: func(pipeline.Undone) { kill() }}
		g.log = append(g.log, fmt.Sprint("rollback ", of, ": ", b.Go(ctx)))
	}
	if g.life.dead.Load() {
		new(weather).diesAt(t, g)
	} else {
		g.disconnect(t)
		g.open(t)
	}
	g.connect(t)
}

// diesAt goes on with a copy of what lies on disk.
func (w *weather) diesAt(t *testing.T, g *diskGale) {
	w.to = g.to
	w.die(t, g.hop)
	g.to = w.to
}

// settle runs in peace and looks whether all stands there once.
func (g *diskGale) settle(t *testing.T) {
	t.Helper()
	g.Watch = g.watch
	for range 2 {
		g.run(t)
	}
	if left := g.waits(t); len(left) > 0 {
		t.Errorf("%q wait\n%q", left, g.log)
	}
	if _, found := g.verified(t); len(differences(found)) > 0 {
		t.Errorf("%+v\n%q", differences(found), g.log)
	}
	g.disconnect(t)
	tickets := 0
	for _, r := range all(t, g.to) {
		x, is := r.(*desk.Ticket)
		if !is {
			continue
		}
		tickets++
		texts := map[string]bool{}
		for _, m := range x.Messages {
			if texts[m.Text] {
				t.Errorf("%s: %q is there twice\n%q", x.Subject, m.Text, g.log)
			}
			texts[m.Text] = true
		}
	}
	if tickets != 4 {
		t.Errorf("%d tickets\n%q", tickets, g.log)
	}
}
