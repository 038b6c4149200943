package pipeline_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

var (
	lives    = flag.Int("lives", 0, "how many lives TestLife goes through; 0: a few, or more with the tag integration")
	lifeEye  = flag.String("life.eye", "", "the ticket of the source of which a life that fails tells the line and the copy each time")
	lifeSeed = flag.Uint64("life.seed", 1, "the first life's seed; the next have the numbers after it")
)

// Weeks after a cutover, drawn by lot: customers write to the old helpdesk, agents work in
// both, and in between there are runs, retries and rollbacks, which lose answers, are
// refused, stopped and killed. After each of them, and in the end, nothing of the source
// is there twice, nothing is missing that nobody took away, what agents did in the new
// helpdesk stands as they left it, and verify says just that.
func TestLife(t *testing.T) {
	t.Parallel()
	n := *lives
	if n == 0 {
		n = rounds.Of(6, 12, 400)
	}
	for i := range n {
		seed := *lifeSeed + uint64(i)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			l := newLife(t, seed)
			defer func() {
				if t.Failed() {
					t.Logf("again: go test ./pipeline -run '^TestLife$' -lives=1 -life.seed=%d\n%s", seed, strings.Join(l.diary, "\n"))
				}
			}()
			l.live(t)
		})
	}
}

// life is two helpdesks, a move between them, and what a bystander knows of all that was
// done to both.
type life struct {
	rng      *rand.Rand
	src, dst *mem.Desk
	h        *hop
	mu       sync.Mutex
	diary    []string
	n        int // numbers given to texts so far
	clock    atomic.Int64
	calm     bool
	links    bool // messages name other tickets by their addresses
	deleting bool // a rollback is under way
	stop     func()

	copies  map[string]*copied // by the mark of the ticket
	agents  map[string]desk.ID // their messages, by text: in which ticket of the target
	removed []string           // texts of ours that agents took away
	buried  map[string]bool    // marks of ours in tickets that agents deleted
}

// copied is what the bystander knows of a ticket's copy at the target.
type copied struct {
	fields  map[string]string // as agents last set them
	loose   map[string]bool   // both sides said the same at some time: whose it is, is open
	edited  map[string]bool   // marks of our messages that agents edited
	taken   map[string]bool   // marks of our messages that agents deleted
	merged  bool
	deleted bool // agents deleted it
}

func newLife(t *testing.T, seed uint64) *life {
	l := &life{
		rng: rand.New(rand.NewPCG(seed, 9)), src: new(mem.Desk), dst: new(mem.Desk),
		copies: map[string]*copied{}, agents: map[string]desk.ID{}, buried: map[string]bool{},
	}
	l.dst.NoMessageMarks = false
	reads := mem.Spec().Reads
	reads.Edits = true
	_, writes := l.dst.Caps(reads, mem.Spec().Writes)
	writes.AtOnce = int(seed) % 3
	l.dst.AtOnce = writes.AtOnce
	var target connectors.Target = l.dst
	if seed%7 == 3 { // tickets go in by jobs
		target = &bulky{Desk: l.dst, size: 3, fail: l.fail}
	}
	if seed%4 == 2 { // what was made is found only later
		l.dst.SearchLag = 90 * time.Minute
	}
	l.h = newHop(t, l.src, reads, target, writes)
	l.h.Workers, l.h.Conflicts, l.h.Join, l.h.PeopleWithTickets = 1, pipeline.TargetWins, seed%2 == 1, seed%11 == 5
	if seed%5 == 0 {
		l.h.Workers = 4
	}
	if l.links = seed%3 == 1; l.links {
		l.h.Crosslinks = oldToNew()
	}
	l.clock.Store(2e9)
	l.src.Clock, l.dst.Clock, l.h.Now = l.now, l.now, l.now
	for i := range 3 {
		l.src.Seed(&desk.Contact{Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Emails: []string{fmt.Sprintf("zoe%d@acme.test", i)}})
	}
	l.dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "own"}, Name: "Somebody else", Emails: []string{"else@acme.test"}})
	l.dst.Seed(&desk.Ticket{Meta: desk.Meta{ID: "foreign"}, Subject: "of their own", Requester: desk.To(desk.KindContact, "own"), Messages: []desk.Message{{ID: "f1", Text: "their own"}}})
	for range 4 {
		l.newTicket()
	}
	l.dst.Fail = oneByOne(l.fail)
	watch := l.h.Watch
	l.h.Watch = func(e pipeline.Event) {
		watch(e)
		l.tell(e)
	}
	return l
}

func (l *life) live(t *testing.T) {
	for range 12 + l.rng.IntN(12) {
		l.days(t)
		l.clock.Add(3600)
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

// now is the time by all clocks. People take their time.
func (l *life) now() time.Time { return time.Unix(l.clock.Load(), 0) }

// days are a few things that people do on both sides.
func (l *life) days(t *testing.T) {
	for range l.rng.IntN(5) {
		l.clock.Add(3600)
		if l.rng.IntN(2) == 0 {
			l.customer()
		} else {
			l.agent(t)
		}
	}
}

// work is a command that somebody gives.
func (l *life) work(t *testing.T) {
	switch l.rng.IntN(9) {
	case 0:
		l.rollback(t, 0)
	case 1:
		l.rollback(t, 1+l.rng.Int64N(l.h.Run+1))
	case 2:
		l.run(t, true)
	default:
		l.run(t, false)
	}
}

// under does something that may be stopped or killed. A process that is killed forgets
// what it had not made durable.
func (l *life) under(t *testing.T, do func(ctx context.Context) error) error {
	ctx, stop := context.WithCancel(background(t))
	defer stop()
	l.stop = stop
	err := do(ctx)
	if l.h.life.dead.Load() {
		l.note("  … killed")
		l.h.open(t)
		return errDead
	}
	if err != nil && (l.calm || !errors.Is(err, context.Canceled) && !errors.Is(err, connectors.ErrUnsure)) {
		t.Errorf("%v", err)
	}
	return err
}

func (l *life) run(t *testing.T, retry bool) {
	l.h.steps, l.h.fails, l.h.losses = nil, nil, nil
	l.h.Run++
	l.h.RetryOnly = retry
	l.note("run %d, retry %t", l.h.Run, retry)
	_ = l.under(t, func(ctx context.Context) error {
		_, err := l.h.Go(ctx)
		return err
	})
	l.h.RetryOnly = false
	l.agreed(t)
	l.look()
}

func (l *life) rollback(t *testing.T, of int64) {
	l.note("rollback of %d", of)
	l.deleting = true
	gone := map[desk.ID]bool{}
	_ = l.under(t, func(ctx context.Context) error {
		return (&pipeline.Rollback{Pipeline: l.h.Pipeline, Of: of, Do: true, Told: func(u pipeline.Undone) {
			if u.Kind == desk.KindTicket && u.Deleted {
				gone[u.Target] = true
			}
			if !u.Deleted {
				l.note("  left %s %s: %s", u.Kind, u.ID, u.Why)
			}
		}}).Go(ctx)
	})
	l.deleting = false
	l.look()
	if l.h.Run == 0 {
		l.h.Run = 1
	}
}

// settle runs without trouble until nothing is left to do.
func (l *life) settle(t *testing.T) {
	l.calm = true
	for n := range 8 {
		l.clock.Add(3600)
		l.run(t, n%2 == 1)
		if n > 1 && len(l.h.steps) == 0 {
			return
		}
	}
	t.Errorf("never settles: %v", l.h.steps)
}

// fail lets things happen to a call at the target.
func (l *life) fail(verb string, _ any) (before, after error) {
	if l.calm || verb == "read" || verb == "find" || verb == "fetch" {
		return nil, nil
	}
	switch l.rng.IntN(16) {
	case 0:
		l.note("  %s: lost before", verb)
		return fmt.Errorf("dropped before: %w", connectors.ErrUnsure), nil
	case 1:
		l.note("  %s: lost after", verb)
		return nil, fmt.Errorf("dropped after: %w", connectors.ErrUnsure)
	case 2:
		if !l.deleting {
			l.note("  %s: refused", verb)
			return connectors.ErrRefused, nil
		}
	case 3:
		l.note("  %s: stopped", verb)
		l.stop()
	case 4:
		l.note("  %s: killed", verb)
		l.h.life.dead.Store(true)
		l.stop()
	}
	return nil, nil
}
