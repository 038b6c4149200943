package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// watched is a target of which each Fetch is seen, and may fail.
type watched struct {
	*mem.Desk
	mu    sync.Mutex
	asked map[desk.ID]int
	all   int
	fail  func(n int, id desk.ID) error // under the lock; nil never
}

func (w *watched) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	w.mu.Lock()
	if w.asked == nil {
		w.asked = map[desk.ID]int{}
	}
	w.all++
	w.asked[id]++
	var err error
	if w.fail != nil {
		err = w.fail(w.all, id)
	}
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return w.Desk.Fetch(ctx, kind, id)
}

// Sync lets the move that comes before be quick: no write of it is waited for.
func (w *watched) Sync(context.Context) error { return nil }

// damaged is a hop of n tickets, of which something was done to many.
func damaged(t *testing.T, n int) (*hop, *watched, *mem.Desk) {
	t.Helper()
	src, far := new(mem.Desk), &watched{Desk: new(mem.Desk)}
	agent, who := desk.To(desk.KindAgent, "a1"), desk.To(desk.KindContact, "c1")
	src.Seed(&desk.Agent{Meta: desk.Meta{ID: "a1"}, Name: "Zoë"}, &desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Ann"})
	begun := time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC)
	for i := range n {
		id, at := desk.ID(fmt.Sprintf("%05d", i)), begun.Add(time.Duration(i)*17*time.Hour)
		src.Seed(&desk.Ticket{
			Meta: desk.Meta{ID: id, Created: at}, Subject: "subject " + string(id), Requester: who, Assignee: agent,
			Status: []desk.Status{desk.StatusOpen, desk.StatusSolved, desk.StatusClosed}[i%3], Solved: at.Add(time.Duration(i%9) * time.Hour),
			Messages: []desk.Message{
				{ID: id + "-1", Author: who, At: at, Text: "question " + string(id)},
				{ID: id + "-2", Author: agent, At: at.Add(time.Duration(1+i%5) * time.Minute), Text: "answer " + string(id)},
			},
		})
	}
	h := newHop(t, src, mem.Spec().Reads, far, mem.Spec().Writes)
	h.run(t)
	stand := recordsOf(t, far.Desk, desk.KindTicket)
	slices.SortFunc(stand, func(a, b desk.Record) int { // they were made side by side
		return strings.Compare(a.(*desk.Ticket).Subject, b.(*desk.Ticket).Subject)
	})
	for i, r := range stand {
		x := r.(*desk.Ticket)
		switch {
		case i%11 == 1:
			if err := far.Delete(t.Context(), desk.KindTicket, x.ID); err != nil {
				t.Fatal(err)
			}
			continue
		case i%7 == 2:
			x.Subject, x.Status = "changed", desk.StatusPending
		case i%13 == 3:
			x.Messages = x.Messages[:1]
		}
		far.Seed(x)
	}
	return h, far, src
}

// toldAll is all that a verification tells.
type toldAll struct {
	Sum   *pipeline.Verified
	Found []pipeline.Finding
}

func (h *hop) told(t *testing.T, name string) toldAll {
	t.Helper()
	sum, found := seen(t, pipeline.NewJournal(h.Store, name))
	return toldAll{sum, found}
}

func same(t *testing.T, want, got toldAll) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(pipeline.Times{})); d != "" {
		t.Error(d)
	}
}

// A verification that is killed again and again tells what one in a single piece does:
// the same findings, counts and figures; and what it had looked at is not asked for again.
func TestVerifyGoesOnAfterKills(t *testing.T) {
	t.Parallel()
	h, far, _ := damaged(t, 2000)
	if err := h.verification("calm").Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, calm := h.told(t, "calm"), far.all
	if want.Sum.Differing < 300 || len(want.Found) < 300 || want.Sum.There.FirstResponse.Count < 1500 {
		t.Fatalf("there is nothing to compare: %+v", want.Sum)
	}
	far.all, far.asked = 0, nil
	kills := 0
	for ; kills < 10; kills++ {
		// Each life is longer than what is looked at between two saves, and ends between two.
		ends := far.all + 557 + 37*kills
		far.fail = func(n int, _ desk.ID) error {
			if n >= ends {
				h.life.dead.Store(true)
				return connectors.ErrNotFound // believed, it would be a finding
			}
			return nil
		}
		err := h.verification("killed").Go(t.Context())
		if err == nil {
			break
		}
		if !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		h.open(t)
	}
	if kills < 3 {
		t.Errorf("only %d kills", kills)
	}
	same(t, want, h.told(t, "killed"))
	if most := calm + kills*(500+200); far.all > most {
		t.Errorf("%d requests with %d kills, %d without: at most %d were to be expected", far.all, kills, calm, most)
	}
}

// What changed in the source meanwhile is looked at again, and what did not is not.
func TestVerifyAgainLooksAtWhatChanged(t *testing.T) {
	h, far, src := damaged(t, 40)
	if err := h.verification("one").Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	far.all = 0
	x := recordsOf(t, src, desk.KindTicket)[5].(*desk.Ticket)
	x.Subject = "now so"
	src.Seed(x)
	if err := h.verification("one").Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := h.told(t, "one")
	waiting := slices.IndexFunc(got.Found, func(f pipeline.Finding) bool {
		return f.Class == pipeline.Waiting && f.ID == x.ID && f.Field == "subject"
	})
	if far.all != 1 || waiting < 0 || got.Sum.Tickets != 40 {
		t.Errorf("%d requests, %d tickets, %+v", far.all, got.Sum.Tickets, got.Found)
	}
}

// One ticket that cannot be read back is a finding, and no verdict about it; all others
// are looked at. The same again tries it alone.
func TestVerifyTellsWhatItCouldNotSee(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]error{"busy": connectors.ErrBusy, "refused": connectors.ErrRefused, "denied": connectors.ErrDenied, "unknown": errors.New("garbled")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, far, _ := damaged(t, 30)
				if err := h.verification("calm").Go(t.Context()); err != nil {
					t.Fatal(err)
				}
				want := h.told(t, "calm")
				row, _, err := h.Ledger.Row(t.Context(), desk.KindTicket, "", "00004")
				if err != nil {
					t.Fatal(err)
				}
				poison := row.Target
				far.fail = func(_ int, id desk.ID) error {
					if id == poison {
						return trouble
					}
					return nil
				}
				v := h.verification("one")
				v.Patience = 2 * time.Second
				if err := v.Go(t.Context()); err != nil {
					t.Fatal(err)
				}
				got := h.told(t, "one")
				n := 0
				for _, f := range got.Found {
					if f.Class == pipeline.Unseen {
						n++
					}
				}
				c, w := got.Sum.Counts[desk.KindTicket], want.Sum.Counts[desk.KindTicket]
				if n != 1 || got.Sum.Blind != 1 || got.Sum.Tickets != 30 || c.Expected != w.Expected || c.There != w.There-1 {
					t.Errorf("%d could not be looked at: %+v %+v", n, got.Sum, got.Found)
				}
				far.fail, far.all = nil, 0
				if err := h.verification("one").Go(t.Context()); err != nil {
					t.Fatal(err)
				}
				same(t, want, h.told(t, "one"))
				if far.all != 1 {
					t.Errorf("%d requests to look at one", far.all)
				}
			})
		})
	}
}

// An outage is waited for. One that does not end stops the verification, and it goes on
// later as if nothing had been.
func TestVerifyOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, far, _ := damaged(t, 60)
		if err := h.verification("calm").Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := h.told(t, "calm")
		far.all = 0
		var back time.Time
		far.fail = func(n int, _ desk.ID) error {
			switch {
			case n == 20:
				back = time.Now().Add(1200 * time.Millisecond)
			case n < 20 || time.Now().After(back):
				return nil
			}
			return connectors.ErrBusy
		}
		if err := h.verification("short").Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, want, h.told(t, "short"))

		far.all = 0
		far.fail = func(n int, _ desk.ID) error {
			if n > 20 {
				return connectors.ErrBusy
			}
			return nil
		}
		v := h.verification("long")
		v.Patience = time.Millisecond
		if err := v.Go(t.Context()); err == nil {
			t.Fatal("a target that never answers again was verified")
		}
		far.fail = nil
		if err := h.verification("long").Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, want, h.told(t, "long"))
	})
}

// A target that answers nothing from the beginning is not waited for as long: its address
// may be wrong.
func TestVerifyOfATargetThatIsNotThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, far, _ := damaged(t, 30)
		far.fail = func(int, desk.ID) error { return connectors.ErrBusy }
		v := h.verification("away")
		v.Patience = 2 * time.Second
		if err := v.Go(t.Context()); err == nil || !strings.Contains(err.Error(), "the target answers nothing") {
			t.Error(err)
		}
	})
}

// A source that breaks off is read on from where it was.
func TestVerifyReadsOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, _, src := damaged(t, 50)
		if err := h.verification("calm").Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := h.told(t, "calm")
		h.Source = &breaking{Desk: src, every: 20}
		if err := h.verification("torn").Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, want, h.told(t, "torn"))
	})
}

// What runs wrote at since is looked at again, where a journal is carried over to a
// younger copy of the ledger.
func TestVerifyIsCarriedOver(t *testing.T) {
	h, far, src := damaged(t, 40)
	if err := h.verification("one").Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	x := recordsOf(t, src, desk.KindTicket)[5].(*desk.Ticket)
	x.Messages = append(x.Messages, desk.Message{ID: "new", Author: x.Requester, At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Text: "one more"})
	src.Seed(x)
	h.Run++
	h.run(t)
	young, err := h.life.Copy(t.Context(), filepath.Join(t.TempDir(), "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer young.Close() //nolint:errcheck // the test is over
	journal := pipeline.NewJournal(young, "one")
	touched := func(yield func(desk.Ref, error) bool) { yield(desk.To(desk.KindTicket, x.ID), nil) }
	if err := pipeline.NewJournal(h.Store, "one").CopyTo(t.Context(), journal, young, touched); err != nil {
		t.Fatal(err)
	}
	p := *h.Pipeline
	if p.Ledger, err = young.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
	p.Store, far.all = young, 0
	if err := (&pipeline.Verification{Pipeline: &p, Journal: journal}).Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	sum, found := seen(t, journal)
	if far.all != 1 || sum.Counts[desk.KindMessage].Expected != 81 {
		t.Errorf("%d requests, %+v", far.all, sum.Counts)
	}
	if h.verification("anew").Go(t.Context()) != nil {
		t.Fatal("it cannot be verified anew")
	}
	same(t, h.told(t, "anew"), toldAll{sum, found})
}

// breaking is a source whose readings break off after so many items.
type breaking struct {
	*mem.Desk
	every int
}

func (b *breaking) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		n := 0
		for item, err := range b.Desk.Read(ctx, kind, after) {
			if n++; n > b.every {
				yield(connectors.Item{}, connectors.ErrBusy)
				return
			}
			if !yield(item, err) {
				return
			}
		}
	}
}
