package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// The gale over two sources that share people, of whom some stood there before: in the end
// each of them is there once, and no ticket lacks its own.
func TestRunsAndRollbacksInAGaleOfTwoSources(t *testing.T) {
	for seed := range uint64(rounds.Of(3, 6, 150)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := sharedGale(t, rand.New(rand.NewPCG(seed, 3)))
			for n := range 9 {
				g.blow(t)
				i := g.rnd.IntN(2)
				g.log = append(g.log, fmt.Sprint("source ", i, " ", sway(t, g.rnd, g.srcs[i], n)))
				if g.rnd.IntN(3) == 0 {
					x := subjectOf(t, g.srcs[i], fmt.Sprintf("subject %d", 1+g.rnd.IntN(4)))
					x.Requester = desk.To(desk.KindContact, []desk.ID{"c1", "own"}[g.rnd.IntN(2)])
					g.srcs[i].Seed(x)
				}
				g.now = g.now.Add(time.Duration(g.rnd.IntN(100)) * time.Second)
			}
			g.settle(t)
		})
	}
}

type galeOfTwo struct {
	*hop
	rnd  *rand.Rand
	srcs []*mem.Desk
	dst  *mem.Desk
	now  time.Time
	runs int64
	log  []string
}

func sharedGale(t *testing.T, rnd *rand.Rand) *galeOfTwo {
	g := &galeOfTwo{rnd: rnd, srcs: []*mem.Desk{verifiable(), verifiable()}, dst: new(mem.Desk), now: time.Now().Add(time.Hour)}
	g.dst.AtOnce, g.dst.SearchLag = rnd.IntN(2), time.Duration(rnd.IntN(2))*time.Minute
	if rnd.IntN(3) == 0 {
		g.dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "theirs"}, Name: "Ann", Emails: []string{"ann@example.test"}})
	}
	g.dst.Clock = func() time.Time { return g.now }
	for i, s := range g.srcs {
		s.Seed(
			&desk.Organization{Meta: desk.Meta{ID: "o1"}, Name: "Acme"},
			&desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Ann", Emails: []string{"ann@example.test"}, Org: desk.To(desk.KindOrganization, "o1")},
			&desk.Contact{Meta: desk.Meta{ID: "own"}, Name: "Own", Emails: []string{fmt.Sprint("own", i, "@example.test")}},
		)
	}
	reads, writes := g.dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	reads.Edits, writes.Parallel = true, 1
	g.hop = newHop(t, g.srcs[0], reads, g.dst, writes)
	g.Now, g.Conflicts, g.Workers, g.Join, g.PeopleWithTickets = g.dst.Clock, pipeline.TargetWins, 1, true, rnd.IntN(2) == 0
	return g
}

// leg is the hop from one of the sources.
func (g *galeOfTwo) leg(t *testing.T, i int) *hop {
	t.Helper()
	p := *g.Pipeline
	h := &hop{Pipeline: &p, path: g.path, life: g.life}
	h.Source, h.Watch, h.Run = g.srcs[i], h.watch, g.runs
	h.Marks = func(k desk.Kind, p, id desk.ID) string { return fmt.Sprint(i, testMark(k, p, id)) }
	var err error
	if h.Ledger, err = g.Store.Ledger(background(t), checkpoints.Pair{Route: "r", Source: fmt.Sprint("s", i), Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
	return h
}

// blow runs both legs or rolls them back, while something goes wrong.
func (g *galeOfTwo) blow(t *testing.T) {
	t.Helper()
	gust(g.rnd, g.hop, g.dst)
	if g.runs++; g.rnd.IntN(5) < 3 {
		for i := range g.srcs {
			_, err := g.leg(t, i).Go(t.Context())
			g.log = append(g.log, fmt.Sprint("run ", g.runs, " of ", i, ": ", err))
			if err != nil {
				break
			}
		}
	} else {
		of := g.rnd.Int64N(g.runs)
		var legs []*pipeline.Rollback
		for i := range g.srcs {
			legs = append(legs, &pipeline.Rollback{Pipeline: g.leg(t, i).Pipeline, Of: of, Do: true})
		}
		g.log = append(g.log, fmt.Sprint("rollback ", of, ": ", pipeline.RollBack(t.Context(), legs...)))
	}
	g.dst.Fail = nil
	g.open(t)
}

// settle runs in peace and looks whether everybody is there once.
func (g *galeOfTwo) settle(t *testing.T) {
	t.Helper()
	for range 4 {
		g.runs++
		g.now = g.now.Add(5 * time.Minute)
		for i := range g.srcs {
			if _, err := g.leg(t, i).Go(t.Context()); err != nil {
				t.Fatalf("%v\n%q", err, g.log)
			}
		}
	}
	people := map[string]int{}
	for _, r := range recordsOf(t, g.dst, desk.KindContact) {
		if _, err := g.dst.Fetch(t.Context(), desk.KindContact, r.About().ID); err == nil {
			people[r.(*desk.Contact).Emails[0]]++
		}
	}
	for who, n := range people {
		if n != 1 {
			t.Errorf("%s is there %d times\n%q", who, n, g.log)
		}
	}
	if n := g.dst.CountOf(desk.KindTicket); n != 8 {
		t.Errorf("%d tickets\n%q", n, g.log)
	}
	for i := range g.srcs {
		h := g.leg(t, i)
		if left := h.waits(t); len(left) > 0 {
			t.Errorf("of %d %q wait\n%q", i, left, g.log)
		}
		if _, found := h.verified(t); len(differences(found)) > 0 {
			t.Errorf("of %d: %+v\n%q", i, differences(found), g.log)
		}
	}
}
