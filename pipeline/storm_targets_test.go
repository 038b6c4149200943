package pipeline_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

var (
	stormRounds = flag.Int("storm.rounds", 0, "how many storms each connector goes through; 0: one, or all with the tag integration")
	stormSeed   = flag.Uint64("storm.seed", 1, "the first storm's seed; the next have the numbers after it")
)

// Whatever is interrupted, killed or fails on the way into a connector: in the end
// its own source reads back what the origin holds, nothing lost and nothing twice.
func TestStormIntoEveryTarget(t *testing.T) {
	storms(t, func(t *testing.T, w *weather, name string) {
		src := stocked(t, 12)
		w.rage(t, endInMemory(src), endIn(t, name, t.TempDir()))
		sameView(t, endInMemory(src), w.to)
	})
}

// The same for the way out of a connector.
func TestStormOutOfEverySource(t *testing.T) {
	storms(t, func(t *testing.T, w *weather, name string) {
		from, dst := endIn(t, name, t.TempDir()), new(mem.Desk)
		move(t, endInMemory(stocked(t, 12)), from)
		w.rage(t, from, endInMemory(dst))
		sameView(t, from, endInMemory(dst))
	})
}

func storms(t *testing.T, one func(*testing.T, *weather, string)) {
	t.Helper()
	each := *stormRounds
	if each == 0 {
		each = rounds.Of(1, 1, 3)
	}
	for _, name := range endsOnDisk() {
		for i := range each {
			seed := *stormSeed + uint64(i)
			t.Run(fmt.Sprintf("%s/seed=%d", name, seed), func(t *testing.T) {
				t.Parallel()
				defer func() {
					if t.Failed() {
						t.Logf("again: go test ./pipeline -run '%s' -storm.seed=%d -storm.rounds=1", t.Name(), seed)
					}
				}()
				one(t, &weather{rng: rand.New(rand.NewPCG(seed, 2))}, name)
			})
		}
	}
}

// stocked is a desk with tickets, some of whose messages have files.
func stocked(t *testing.T, tickets int) *mem.Desk {
	t.Helper()
	d := seed(t, tickets)
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		tk := it.Record.(*desk.Ticket)
		for i := range tk.Messages {
			m := &tk.Messages[i]
			m.From = desk.Address{Email: "zoe@acme.test"}
			for n := range (i + len(tk.Messages)) % 3 {
				m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("файл %d.bin", n), "application/octet-stream", []byte(tk.Subject+string(m.ID))))
			}
		}
		d.Seed(tk)
	}
	return d
}

// weather is what befalls one move.
type weather struct {
	mu         sync.Mutex
	rng        *rand.Rand
	calm       bool
	stop, kill func() // Ctrl-C; kill -9
	to         end    // where the target's files are after the last kill
}

var errThunder = errors.New("the line broke")

// strike lets something happen now and then; an error is what a file says.
func (w *weather) strike() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calm {
		return nil
	}
	switch w.rng.IntN(24) {
	case 0:
		w.stop()
	case 1:
		w.kill()
	case 2, 3:
		return errThunder
	}
	return nil
}

// rage runs and kills until nothing is left to do.
func (w *weather) rage(t *testing.T, from, to end) {
	t.Helper()
	h := newHop(t, nil, connectors.Caps{}, nil, connectors.Caps{})
	w.to = to
	w.connect(t, h, from)
	for runs := 1; ; runs++ {
		err := w.run(t, h, int64(runs))
		if h.life.dead.Load() {
			w.die(t, h)
			w.connect(t, h, from)
		} else if err == nil && new(storm).open(t, h) == 0 {
			h.disconnect(t)
			return
		}
		if runs > 60 {
			t.Fatalf("never settles: %v; %d events, the last: %v", err, len(h.fails), lastOf(h.fails))
		}
		if w.calm && err != nil && !h.life.dead.Load() {
			t.Fatal(err)
		}
	}
}

func lastOf(es []pipeline.Event) string {
	if len(es) == 0 {
		return ""
	}
	return told(es[len(es)-1])
}

func (w *weather) connect(t *testing.T, h *hop, from end) {
	t.Helper()
	h.connect(t, from, w.to)
	h.Source = cloudy(h.Source, w)
	h.Watch = func(e pipeline.Event) {
		h.watch(e)
		if e.Step != nil {
			_ = w.strike() // a step cannot fail any more
		}
	}
}

func (w *weather) run(t *testing.T, h *hop, n int64) error {
	t.Helper()
	ctx, stop := context.WithCancel(background(t))
	defer stop()
	life := h.life
	w.mu.Lock()
	w.stop, w.calm = stop, n > 25
	w.kill = func() { life.dead.Store(true); stop() }
	w.mu.Unlock()
	h.Run, h.RetryOnly = n, false
	if _, err := h.Go(ctx); err != nil {
		return err
	}
	h.Run, h.RetryOnly = n+1000, true
	_, err := h.Go(ctx)
	return err
}

// die leaves a copy of what a kill would leave on disk, and a ledger without what
// was not durable. What the dead process still held is closed only then.
func (w *weather) die(t *testing.T, h *hop) {
	t.Helper()
	w.to = w.to.moved(t)
	for _, side := range []any{h.Target, h.Source} {
		if c, ok := side.(connectors.Closer); ok {
			_ = c.Close() // it may say anything now
		}
	}
	h.open(t)
}

// sameView compares two ends by what people see.
func sameView(t *testing.T, from, to end) {
	t.Helper()
	if d := cmp.Diff(viewOf(t, from), viewOf(t, to)); d != "" {
		t.Error(d)
	}
}

// viewOf is what an end holds: each record under its name, tickets with people and
// messages, messages with files.
func viewOf(t *testing.T, e end) map[string][]string {
	t.Helper()
	records, names := all(t, e), map[desk.Ref]string{}
	for _, rec := range records {
		name := string(rec.Kind()) + " " + desk.Natural(rec)
		if tk, ok := rec.(*desk.Ticket); ok {
			name += tk.Subject
		}
		names[desk.To(rec.Kind(), rec.About().ID)] = name
	}
	out := map[string][]string{}
	for _, rec := range records {
		key := names[desk.To(rec.Kind(), rec.About().ID)]
		if _, twice := out[key]; twice {
			t.Errorf("%s: %s is there twice", e.spec.Name, key)
		}
		out[key] = []string{}
		tk, ok := rec.(*desk.Ticket)
		if !ok {
			continue
		}
		out[key] = append(out[key], "by "+names[tk.Requester], "for "+names[tk.Assignee], "merged into "+names[tk.MergedInto])
		for _, m := range tk.Messages {
			line := fmt.Sprint(m.Text, " ", m.At.Unix(), " ", m.Note, " ", names[m.Author])
			for _, f := range m.Files {
				line += fmt.Sprintf(" %s %d %.8s", f.Name, f.Size, f.SHA256)
			}
			out[key] = append(out[key], line)
		}
	}
	return out
}
