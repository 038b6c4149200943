package lives

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

const deletedTag = pipeline.DeletedTag

// life is two helpdesks, a move between them, and what a bystander knows of all that was
// done to both.
type life struct {
	far     *Far
	src     *mem.Desk
	dir     string
	hop     *pipeline.Pipeline
	store   *mortal
	weather *weather.Weather

	mu       sync.Mutex
	rng      *rand.Rand
	diary    []string
	n        int // numbers given to texts so far
	calm     bool
	deleting bool     // a rollback is under way
	planning bool     // a dry run is
	planned  []string // what that wrote
	stop     func()
	steps    int // of the last run

	copies  map[string]*copied // by the mark of the ticket
	agents  map[string]desk.ID // their messages, by text: in which ticket of the target
	removed map[string]bool    // texts of ours that agents took away
	names   map[string]string  // what agents called people, by their addresses
	// reworded are the edits of agents that left our mark: what each had said before.
	reworded map[string]string
	// reopened are the tickets that a run told to have opened again.
	reopened map[desk.ID]bool
	older    map[string]string // what a text of the source's said before it was edited
	ever     map[string]bool   // what the fields of copies have said
}

// copied is what the bystander knows of a ticket's copy at the target.
type copied struct {
	fields  map[string]string // as agents last set them
	loose   map[string]bool   // whose the field is, is open
	edited  bool              // messages of ours in it
	taken   bool              // likewise
	merged  bool
	closed  bool
	hidden  bool
	deleted bool
}

func begin(t *testing.T, seed uint64, far *Far) *life {
	l := &life{
		far: far, src: new(mem.Desk), dir: t.TempDir(), rng: rand.New(rand.NewPCG(seed, 9)), calm: true, stop: func() {},
		weather: &weather.Weather{Seed: seed, Rest: 7, Pause: 3 * time.Minute, Reads: far.Reads},
		copies:  map[string]*copied{}, agents: map[string]desk.ID{}, removed: map[string]bool{}, names: map[string]string{}, reworded: map[string]string{}, reopened: map[desk.ID]bool{}, ever: map[string]bool{}, older: map[string]string{},
	}
	l.hop = &pipeline.Pipeline{
		Source: l.src, Writes: far.Writes, Marks: weather.Marks, Workers: 1, Conflicts: pipeline.TargetWins,
		Join: seed%2 == 1, PeopleWithTickets: seed%3 == 1, Leftovers: seed%7 == 3, Watch: l.tell,
	}
	l.hop.Reads, _ = mem.Spec().CapsOf(l.src)
	l.hop.Reads.Edits = true
	if seed%4 == 0 {
		l.hop.Workers = 4
	}
	l.open(t)
	t.Cleanup(func() { l.close(t) })
	for i := range requesters {
		l.src.Seed(&desk.Contact{Meta: desk.Meta{ID: contact(i).ID}, Name: fmt.Sprint("Zoë ", i), Emails: []string{addressOf(i)}})
	}
	l.src.Seed(&desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "Ann", Email: Ann})
	for range 4 {
		l.newTicket()
	}
	return l
}

func (l *life) live(t *testing.T) {
	for range 12 + l.rng.IntN(12) {
		l.days(t)
		time.Sleep(time.Duration(1+l.rng.IntN(3600)) * time.Second)
		l.foul()
		l.work(t)
		l.check(t, false)
		if t.Failed() {
			return
		}
	}
	l.settle(t)
	l.check(t, true)
	if !t.Failed() {
		l.verify(t)
	}
	if !t.Failed() {
		l.undo(t)
	}
}

// days are a few things that people do on both sides.
func (l *life) days(*testing.T) {
	for range l.rng.IntN(6) {
		time.Sleep(time.Hour)
		if l.rng.IntN(2) == 0 {
			l.customer()
		} else {
			l.agent()
		}
	}
}

// work is a command that somebody gives.
func (l *life) work(t *testing.T) {
	switch l.rng.IntN(10) {
	case 0:
		l.rollback(t, 0)
	case 1:
		l.rollback(t, 1+l.rng.Int64N(l.hop.Run+1))
	case 2:
		l.run(t, true)
	case 3:
		l.plan(t)
	default:
		l.run(t, false)
	}
}

// under does something that may be stopped or killed. What foul weather makes of it is
// told, and nobody's fault.
func (l *life) under(t *testing.T, do func(ctx context.Context) error) {
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	defer stop()
	l.stop = stop
	err := do(ctx)
	if l.store.dead.Load() {
		l.note("  … killed")
		l.open(t)
		return
	}
	if err != nil {
		l.note("  %v", err)
	}
	if err != nil && l.calm {
		t.Errorf("%v", err)
	}
}

func (l *life) run(t *testing.T, retry bool) {
	l.steps = 0
	l.hop.Run++
	l.hop.RetryOnly = retry
	l.note("run %d, retry %t, calm %t", l.hop.Run, retry, l.calm)
	l.under(t, func(ctx context.Context) error {
		_, err := l.hop.Go(ctx)
		return err
	})
	l.hop.RetryOnly = false
	l.agreed()
	l.look()
}

func (l *life) rollback(t *testing.T, of int64) {
	l.note("rollback of %d, calm %t", of, l.calm)
	l.deleting = true
	l.under(t, func(ctx context.Context) error {
		return (&pipeline.Rollback{Pipeline: l.hop, Of: of, Do: true, Told: func(u pipeline.Undone) {
			if !u.Deleted {
				l.note("  left %s %s: %s", u.Kind, u.ID, u.Why)
			}
		}}).Go(ctx)
	})
	l.deleting = false
	l.look()
	l.hop.Run = max(l.hop.Run, 1)
}

// plan is a run that tells what it would do.
func (l *life) plan(t *testing.T) {
	l.note("plan, calm %t", l.calm)
	p := *l.hop
	copied, err := l.store.Copy(always, filepath.Join(t.TempDir(), "plan.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }() // nothing of it is kept
	p.DryRun, p.Watch, p.Store, p.Run = true, nil, copied, p.Run+1
	if p.Ledger, err = copied.Ledger(always, pair); err != nil {
		t.Fatal(err)
	}
	env := l.env(copied)
	env.DryRun = true // a rehearsal is a process of its own
	if p.Target, err = l.far.Open(env); err != nil {
		t.Fatal(err)
	}
	l.planning = true
	l.under(t, func(ctx context.Context) error {
		_, err := p.Go(ctx)
		return err
	})
	l.planning = false
	if len(l.planned) > 0 {
		t.Errorf("a dry run wrote: %q", l.planned)
	}
}

// settle runs without trouble until nothing is left to do.
func (l *life) settle(t *testing.T) {
	l.calm = true
	l.weather.Fair()
	if l.far.Quiet != nil {
		l.far.Quiet()
		l.open(t)
	}
	for n := range 10 {
		time.Sleep(time.Hour)
		l.run(t, n%2 == 1)
		if n > 1 && l.steps == 0 {
			return
		}
	}
	t.Error("it never settles")
}
