package pipeline_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// hop is a pipeline under test with the steps it made.
type hop struct {
	*pipeline.Pipeline
	path   string
	life   *mortal
	mu     sync.Mutex
	steps  []pipeline.Step
	fails  []pipeline.Event
	losses []pipeline.Event
	summed pipeline.Counts // what the events of this run say of how it counts
	proofs int             // verifications begun
}

func newHop(t *testing.T, src connectors.Source, reads connectors.Caps, dst connectors.Target, writes connectors.Caps) *hop {
	t.Helper()
	h := &hop{path: filepath.Join(t.TempDir(), "ledger.db")}
	h.Pipeline = &pipeline.Pipeline{Source: src, Reads: reads, Target: dst, Writes: writes, Marks: testMark, Watch: h.watch}
	h.open(t)
	t.Cleanup(func() {
		if err := h.Store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// open opens the ledger. What another opening of it put and did not save is not
// there, as after a kill.
func (h *hop) open(t *testing.T) {
	t.Helper()
	store, err := checkpoints.Open(background(t), h.path)
	if err != nil {
		t.Fatal(err)
	}
	if h.Store != nil {
		if err := h.Store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	h.life = &mortal{Store: store}
	h.Store = h.life
	if h.Ledger, err = store.Ledger(background(t), checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
}

// oneByOne lets a Fail that remembers something be asked by one worker at a time.
func oneByOne(fail func(string, any) (error, error)) func(string, any) (error, error) {
	var mu sync.Mutex
	return func(verb string, r any) (before, after error) {
		mu.Lock()
		defer mu.Unlock()
		return fail(verb, r)
	}
}

// mortal is a store that a kill stops from making anything durable.
type mortal struct {
	checkpoints.Store
	dead atomic.Bool
}

var errDead = errors.New("killed")

func (m *mortal) Take() checkpoints.Batch { return mortalBatch{m, m.Store.Take()} }

func (m *mortal) TakeKeys() checkpoints.Batch { return mortalBatch{m, m.Store.TakeKeys()} }

func (m *mortal) Flush(ctx context.Context) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.Flush(ctx)
}

type mortalBatch struct {
	m *mortal
	checkpoints.Batch
}

func (b mortalBatch) Commit(ctx context.Context) error {
	if b.m.dead.Load() {
		return errDead
	}
	return b.Batch.Commit(ctx)
}

func testMark(kind desk.Kind, parent, id desk.ID) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + string(parent) + "\x00" + string(id)))
	return hex.EncodeToString(sum[:8])
}

func (h *hop) watch(e pipeline.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.Counted != nil && h.summed != nil {
		h.counted(e)
	}
	if e.Step != nil && e.Err == nil {
		h.steps = append(h.steps, *e.Step)
	}
	if e.Loss != nil {
		h.losses = append(h.losses, e)
	}
	if e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held {
		h.fails = append(h.fails, e)
	}
}

func (h *hop) run(t *testing.T) pipeline.Counts {
	t.Helper()
	h.steps, h.fails, h.summed = nil, nil, pipeline.Counts{}
	h.Run++
	n, err := h.Go(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(h.summed) > 0 { // else somebody else watches
		if d := cmp.Diff(n, h.summed); d != "" {
			t.Errorf("what is told of each record does not make up the counts: %s", d)
		}
	}
	return n
}

// counted adds up what is told.
func (h *hop) counted(e pipeline.Event) {
	n := h.summed[e.Kind]
	*n.Field(e.Counted.To) += e.Counted.N
	if n.Read += e.Counted.N; e.Counted.From != "" {
		*n.Field(e.Counted.From) -= e.Counted.N
		n.Read -= e.Counted.N
	}
	h.summed[e.Kind] = n
}

// seed fills a desk with an organisation, people, shelves and tickets of one to
// five messages; every seventh ticket is merged into the one after it.
func seed(t *testing.T, tickets int) *mem.Desk {
	t.Helper()
	d := new(mem.Desk)
	must := func(r desk.Record) desk.ID {
		got, err := d.Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return got.ID
	}
	to := func(kind desk.Kind, id desk.ID) desk.Ref { return desk.Ref{Kind: kind, Target: id} }
	org := must(&desk.Organization{Name: "Acme"})
	group := must(&desk.Group{Name: "First line"})
	agent := must(&desk.Agent{Name: "Ann", Email: "ann@desk.test", Groups: []desk.Ref{to(desk.KindGroup, group)}})
	shelf := must(&desk.Category{Name: "Billing"})
	var people []desk.ID
	for i := range 5 {
		people = append(people, must(&desk.Contact{Name: fmt.Sprint("Zoë ", i), Emails: []string{fmt.Sprintf("zoe%d@acme.test", i)}, Org: to(desk.KindOrganization, org)}))
	}
	var made []desk.ID
	for i := range tickets {
		who := to(desk.KindContact, people[i%len(people)])
		tk := &desk.Ticket{
			Subject: fmt.Sprintf("No. %d", i), Status: desk.StatusOpen, Requester: who, Assignee: to(desk.KindAgent, agent),
			Category: to(desk.KindCategory, shelf), Group: to(desk.KindGroup, group), Tags: []string{"a", "b"},
		}
		tk.Created = time.Unix(int64(1e9+i), 0).UTC()
		tk.Mark = fmt.Sprint("seed", i)
		for j := range 1 + i%5 {
			tk.Messages = append(tk.Messages, desk.Message{
				ID: desk.ID(fmt.Sprintf("%d.%d", i, j)), Mark: fmt.Sprintf("seed%d.%d", i, j), Text: fmt.Sprintf("turn %d of %d", j, i),
				At: time.Unix(int64(1e9+i*100+j), 0).UTC(), Author: who, Note: j == 3,
			})
		}
		if i%7 == 6 {
			tk.MergedInto = to(desk.KindTicket, made[i-1])
		}
		made = append(made, must(tk))
	}
	return d
}

func TestRunThenDelta(t *testing.T) {
	for _, atOnce := range []int{0, 1, 2} {
		t.Run(fmt.Sprint("atOnce=", atOnce), func(t *testing.T) {
			src, dst := seed(t, 20), new(mem.Desk)
			writes := mem.Spec().Writes
			writes.AtOnce = atOnce
			h := newHop(t, src, mem.Spec().Reads, dst, writes)
			got := h.run(t)
			want := pipeline.Counts{
				desk.KindOrganization: {Read: 1, Created: 1}, desk.KindGroup: {Read: 1, Created: 1}, desk.KindAgent: {Read: 1, Created: 1},
				desk.KindCategory: {Read: 1, Created: 1}, desk.KindContact: {Read: 5, Created: 5}, desk.KindTicket: {Read: 20, Created: 20},
				desk.KindMessage: {Read: 60, Created: 60},
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatal("first run: ", d)
			}
			sameDesk(t, src, dst)
			if again := h.run(t); len(h.steps) != 0 {
				t.Fatalf("second run made %d steps: %v", len(h.steps), again)
			}
			change(t, src, "No. 7")
			got = h.run(t)
			var verbs []pipeline.Verb
			for _, s := range h.steps {
				verbs = append(verbs, s.Verb)
			}
			if d := cmp.Diff([]pipeline.Verb{pipeline.Update, pipeline.Append}, verbs); d != "" {
				t.Fatal("delta: ", d)
			}
			if d := cmp.Diff([]string{"subject"}, h.steps[0].Fields); d != "" {
				t.Fatal("delta wrote fields that did not change: ", d)
			}
			if got[desk.KindTicket].Updated != 1 || got[desk.KindMessage].Created != 1 {
				t.Fatalf("delta counted %+v", got)
			}
			sameDesk(t, src, dst)
		})
	}
}

// change gives the ticket with the subject another one, and a new message.
func change(t *testing.T, d *mem.Desk, subject string) {
	t.Helper()
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		tk := it.Record.(*desk.Ticket)
		if tk.Subject != subject {
			continue
		}
		tk.Subject += ", again"
		if _, err := d.Update(t.Context(), tk.ID, tk, []string{"subject"}); err != nil {
			t.Fatal(err)
		}
		m := &desk.Message{ID: "more", Mark: "seed-more", Text: "more", At: time.Unix(2e9, 0).UTC(), Author: desk.Ref{Kind: desk.KindContact, Target: tk.Requester.ID}}
		if _, err := d.Append(t.Context(), tk.ID, m); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("no ticket %q", subject)
}

// sameDesk compares two desks by what people see: subjects and texts in order,
// and who wrote them.
func sameDesk(t *testing.T, a, b *mem.Desk) {
	t.Helper()
	if d := cmp.Diff(view(t, a), view(t, b)); d != "" {
		t.Fatal(d)
	}
}

// sameSet compares two desks but for the order of messages: one that was refused
// comes late.
func sameSet(t *testing.T, a, b *mem.Desk) {
	t.Helper()
	va, vb := view(t, a), view(t, b)
	for _, v := range []map[string][]string{va, vb} {
		for _, lines := range v {
			slices.Sort(lines)
		}
	}
	if d := cmp.Diff(va, vb); d != "" {
		t.Fatal(d)
	}
}

func view(t *testing.T, d *mem.Desk) map[string][]string {
	t.Helper()
	names := map[desk.Ref]string{}
	var all []desk.Record
	for _, kind := range desk.Kinds {
		for it, err := range d.Read(t.Context(), kind, "") {
			if err != nil {
				t.Fatal(err)
			}
			name := string(kind) + " " + desk.Natural(it.Record)
			if tk, ok := it.Record.(*desk.Ticket); ok {
				name += tk.Subject
			}
			names[desk.To(kind, it.Record.About().ID)] = name
			all = append(all, it.Record)
		}
	}
	out := map[string][]string{}
	for _, r := range all {
		key := names[desk.To(r.Kind(), r.About().ID)]
		if _, twice := out[key]; twice {
			t.Fatalf("%s is there twice", key)
		}
		out[key] = []string{}
		if tk, ok := r.(*desk.Ticket); ok {
			out[key] = append(out[key], "by "+names[tk.Requester], "for "+names[tk.Assignee], "merged into "+names[tk.MergedInto])
			for _, m := range tk.Messages {
				out[key] = append(out[key], fmt.Sprint(m.Text, " ", m.At.Unix(), " ", m.Note, " ", names[m.Author]))
			}
		}
	}
	return out
}

func background(t *testing.T) context.Context { return context.WithoutCancel(t.Context()) }
