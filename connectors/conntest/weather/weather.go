// Package weather is what servers far away do to a move: it stands before any
// stand-in (or before a real server, as a proxy), and spoils requests in each way in
// which they fail out there. Besides it has what drives a move through that: the
// loop that runs until nothing is left to do.
//
// Faults come from a pack that is dealt at random instants, and not by chance alone:
// each fault is met, and Left tells which were not yet.
package weather

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// What goes wrong with a request. Lie goes wrong with every answer that has a total.
const (
	BusyFor = "429 with Retry-After"
	Busy    = "429 without"
	Broken  = "5xx"
	Lost    = "answer lost after the server acted"
	Half    = "half an answer"
	Slow    = "slow loris"
	Expired = "expired token"
	Stopped = "run stopped" // where there is a Haul
	Lie     = "lie about a total"
)

var pack = []string{BusyFor, Busy, Broken, Lost, Half, Slow, Expired}

// The two sorts of requests, each of which meets every fault.
const (
	Read  = "read"
	Write = "write"
)

// Weather is over one account, which may have several hosts. Its knobs are set before
// its first use; the rest may be called from several goroutines. It begins fair.
type Weather struct {
	// Seed is what all that is random comes from.
	Seed uint64
	// Rest is what Retry-After asks for, in seconds; 0 is 1.
	Rest int
	// Pause is how long a slow loris takes for each of its bits; 0 is 20 ms.
	Pause time.Duration
	// Totals says that the server's answers tell totals: a lie is to be met as well.
	Totals bool
	// Stops ends the run itself now and then; only a Haul can.
	Stops bool
	// Reads tells of requests that only read, whatever their method; nil none of another than
	// GET and HEAD.
	Reads func(*http.Request) bool
	// Signed tells of requests with credentials, which may expire; nil those that carry them
	// where most systems look for them. Links to files carry none.
	Signed func(*http.Request) bool
	// Endless deals the pack anew when it is used up.
	Endless bool

	mu    sync.Mutex
	stop  func() // ends the run; nil where nothing can
	rng   *rand.Rand
	foul  bool
	decks map[string]*deck
	out   int // so many calls more find the token expired
	met   map[string]int
}

// deck are the faults still to be dealt to one sort of request.
type deck struct {
	Deck
	cards []string
	gap   int // sound requests before the next
}

// SeedVariable names the environment variable that says what Seed returns.
const SeedVariable = "DESKHAUL_SEED"

// Seed is a seed for a test: a new one, or that of a run which is to be repeated. It
// is printed. Goroutines and processes still take their own turns.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv(SeedVariable); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatalf("%s: %v", SeedVariable, err)
		}
	}
	t.Logf("seed: %s=%d", SeedVariable, seed)
	return seed
}

// Seeds are n seeds that are the same each time, or the n that begin with the one that
// is given.
func Seeds(t testing.TB, n int) (out []uint64) {
	t.Helper()
	first := uint64(0)
	if os.Getenv(SeedVariable) != "" {
		first = Seed(t)
	}
	for i := range n {
		out = append(out, first+uint64(i))
	}
	return out
}

// Deck is what befalls one sort of requests.
type Deck struct {
	Sort  string // Read or Write
	Times int    // how often each fault is met
	Gap   int    // the most sound requests between two that are spoilt
}

// Foul begins bad weather. What was met before is forgotten.
func (w *Weather) Foul(decks ...Deck) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rng == nil {
		w.rng = rand.New(rand.NewPCG(w.Seed, 0))
	}
	w.foul, w.met, w.out, w.decks = true, map[string]int{}, 0, map[string]*deck{}
	for _, of := range decks {
		d := &deck{Deck: of, gap: w.rng.IntN(of.Gap + 1)}
		for range of.Times {
			d.cards = append(d.cards, w.pack()...)
		}
		w.shuffle(d)
		w.decks[of.Sort] = d
	}
}

// Fair ends it.
func (w *Weather) Fair() { w.turn(false, nil) }

// turn lets it be fair, or go on where it was.
func (w *Weather) turn(foul bool, stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.foul, w.stop = foul && w.decks != nil, stop
}

// Left are the faults that were not met yet, or not often enough, as "expired token,
// write".
func (w *Weather) Left() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for sort, d := range w.decks {
		for _, fault := range d.cards {
			if name := fault + ", " + sort; !w.Endless || w.met[name] == 0 {
				out = append(out, name)
			}
		}
	}
	if w.Totals && w.met[Lie] == 0 && w.decks != nil {
		out = append(out, Lie)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Met tells how often each fault was met since the weather became foul, as
// "expired token, write"; lies have no sort.
func (w *Weather) Met() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.met)
}

// WantAll fails a test in which not every fault was met.
func (w *Weather) WantAll(t testing.TB) {
	t.Helper()
	if left := w.Left(); len(left) > 0 {
		t.Errorf("%q were not met, only %v: give it more to do", left, w.Met())
	}
	t.Logf("met: %v", w.Met())
}

func (w *Weather) shuffle(d *deck) {
	w.rng.Shuffle(len(d.cards), func(i, j int) { d.cards[i], d.cards[j] = d.cards[j], d.cards[i] })
}

// next is what goes wrong with a request; "" nothing.
func (w *Weather) next(r *http.Request) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.foul {
		return ""
	}
	sort := Read
	if r.Method != http.MethodGet && r.Method != http.MethodHead && (w.Reads == nil || !w.Reads(r)) {
		sort = Write
	}
	signed := w.signed(r)
	if w.out > 0 && signed {
		w.out--
		return Expired
	}
	d := w.decks[sort]
	if d == nil || len(d.cards) == 0 {
		return ""
	}
	if d.gap--; d.gap >= 0 {
		return ""
	}
	i := slices.IndexFunc(d.cards, func(fault string) bool { return fault != Expired || signed })
	if i < 0 {
		return ""
	}
	fault := d.cards[i]
	d.cards = slices.Delete(d.cards, i, i+1)
	w.deal(d, fault)
	w.met[fault+", "+sort]++
	return fault
}

func (w *Weather) signed(r *http.Request) bool {
	if w.Signed != nil {
		return w.Signed(r)
	}
	return r.Header.Get("Authorization") != "" || r.URL.Query().Has("api_token") || r.URL.Query().Has("accessKey")
}

// deal says when the next fault comes, and what else this one brings.
func (w *Weather) deal(d *deck, fault string) {
	d.gap = w.rng.IntN(d.Gap + 1)
	if fault == Expired {
		w.out = w.rng.IntN(4)
	}
	if fault == Stopped {
		w.stop()
	}
	if len(d.cards) == 0 && w.Endless {
		d.cards = w.pack()
		w.shuffle(d)
	}
}

func (w *Weather) pack() []string {
	if w.Stops {
		return append([]string{Stopped}, pack...)
	}
	return slices.Clone(pack)
}

// random is a number below n.
func (w *Weather) random(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rng.IntN(n)
}
