package checkpoints_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

func open(t testing.TB, path string) checkpoints.Store {
	t.Helper()
	s, err := checkpoints.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ledger(t testing.TB, s checkpoints.Store, source string) checkpoints.Ledger {
	t.Helper()
	l, err := s.Ledger(context.Background(), checkpoints.Pair{Route: "r", Source: source, Target: "t", Account: "a"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func fullRow() checkpoints.Row {
	return checkpoints.Row{
		Kind: desk.KindContact, ID: "7", State: checkpoints.Failed, Reason: "refused", Detail: "too long", Mark: "dhx", Target: "70",
		Adopted: true, Joined: true, Run: 3, Since: time.UnixMilli(1700000000123).UTC(), Job: "j1", Version: "v1", Mapping: "m1",
		Written: desk.PrintsOf(&desk.Contact{Name: "Zoë"}), Returned: desk.PrintsOf(&desk.Contact{Name: "Zoe"}), Settled: desk.Prints{{Name: "note"}}, Begun: desk.Prints{{Name: "plan"}}, TargetVersion: "v2", Natural: "zoe@acme.test",
	}
}

// A line comes back as it was put, from memory and from the file.
func TestRowRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	s := open(t, path)
	message := checkpoints.Row{
		Kind: desk.KindMessage, Parent: "t1", ID: "m1", State: checkpoints.Done, Target: "x", Run: 1,
		Print: (&desk.Message{Text: "a"}).Print(),
	}
	want := []checkpoints.Row{fullRow(), message}
	ledger(t, s, "s").Put(want...)
	check := func(where string) {
		t.Helper()
		for _, w := range want {
			got, ok, err := ledger(t, s, "s").Row(t.Context(), w.Kind, w.Parent, w.ID)
			if d := cmp.Diff(w, got); d != "" || !ok || err != nil {
				t.Errorf("%s: %v %v %s", where, ok, err, d)
			}
		}
		got, ok, err := ledger(t, s, "another").Natural(t.Context(), desk.KindContact, "zoe@acme.test")
		if where != "memory" && (!ok || got.ID != "7" || err != nil) {
			t.Errorf("%s: another source of the route does not see the natural key: %v %v", where, got, err)
		}
	}
	check("memory")
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("file")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	defer s.Close() //nolint:errcheck // the test is over
	check("reopened")
}

// Keys can be taken without the rows that were put with them; they become durable
// in one transaction with all that was taken before.
func TestTakeKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	s := open(t, path)
	row := func(id desk.ID) {
		ledger(t, s, "s").Put(checkpoints.Row{Kind: desk.KindTicket, ID: id, State: checkpoints.Done})
	}
	key := func(name string) {
		if err := s.Keys("o", false).Put(t.Context(), name, []byte("v")); err != nil {
			t.Fatal(err)
		}
	}
	row("before")
	s.Take()
	row("meanwhile")
	key("meanwhile")
	if err := s.TakeKeys().Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	key("after")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	defer s.Close() //nolint:errcheck // the test is over
	for name, want := range map[string][2]bool{"before": {true, false}, "meanwhile": {false, true}, "after": {false, false}} {
		_, hasRow, err := ledger(t, s, "s").Row(t.Context(), desk.KindTicket, "", desk.ID(name))
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Keys("o", false).Get(t.Context(), name)
		if err != nil || hasRow != want[0] || (v != nil) != want[1] {
			t.Errorf("%s: row %v, key %q, %v", name, hasRow, v, err)
		}
	}
}

// What was put and not made durable is gone after a kill; a batch is there whole
// or not at all, and never before an earlier one.
func TestKill(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 0))
			path := filepath.Join(t.TempDir(), "l.db")
			s := open(t, path)
			model, durable := map[string]string{}, map[string]string{}
			var batches []checkpoints.Batch
			var states []map[string]string
			for step := range 4 + rng.IntN(12) {
				switch rng.IntN(4) {
				case 0, 1:
					id, v := string(rune('a'+rng.IntN(4))), fmt.Sprint("v", step)
					ledger(t, s, "s").Put(checkpoints.Row{Kind: desk.KindTicket, ID: desk.ID(id), State: checkpoints.Done, Target: desk.ID(v)})
					if err := s.Keys("o", false).Put(t.Context(), id, []byte(v)); err != nil {
						t.Fatal(err)
					}
					ledger(t, s, "s").Advance(desk.KindTicket, id, "h", v)
					model[id] = v
				case 2:
					batches, states = append(batches, s.Take()), append(states, maps.Clone(model))
				case 3:
					if len(batches) == 0 {
						continue
					}
					i := rng.IntN(len(batches))
					if err := batches[i].Commit(t.Context()); err != nil {
						t.Fatal(err)
					}
					durable = states[i]
					batches, states = batches[i+1:], states[i+1:]
				}
				same(t, s, model) // what is put is seen at once
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, path)
			defer s.Close() //nolint:errcheck // the test is over
			same(t, s, durable)
		})
	}
}

func same(t *testing.T, s checkpoints.Store, want map[string]string) {
	t.Helper()
	for _, id := range []string{"a", "b", "c", "d"} {
		row, ok, err := ledger(t, s, "s").Row(t.Context(), desk.KindTicket, "", desk.ID(id))
		if err != nil {
			t.Fatal(err)
		}
		key, err := s.Keys("o", false).Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		cursor, err := ledger(t, s, "s").Cursor(t.Context(), desk.KindTicket, id, "h")
		if err != nil {
			t.Fatal(err)
		}
		if string(row.Target) != want[id] || string(key) != want[id] || cursor != want[id] || ok != (want[id] != "") {
			t.Fatalf("%s: row %q, key %q, cursor %q, want %q", id, row.Target, key, cursor, want[id])
		}
	}
}

// A cursor counts only under the hash it was saved with.
func TestCursorHash(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "l.db"))
	defer s.Close() //nolint:errcheck // the test is over
	l := ledger(t, s, "s")
	l.Advance(desk.KindTicket, "", "mapping 1", "c9")
	for hash, want := range map[string]string{"mapping 1": "c9", "mapping 2": ""} {
		if got, err := l.Cursor(t.Context(), desk.KindTicket, "", hash); got != want || err != nil {
			t.Errorf("under %q: %q %v, want %q", hash, got, err, want)
		}
	}
}

// Many goroutines that each need their line durable share transactions, and each
// has its line when its Flush returns.
func TestGroupCommit(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "l.db"))
	defer s.Close() //nolint:errcheck // the test is over
	l := ledger(t, s, "s")
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 10 {
				id := desk.ID(fmt.Sprint(w, "-", i))
				l.Put(checkpoints.Row{Kind: desk.KindTicket, ID: id, State: checkpoints.Done, Run: 9})
				if err := s.Flush(context.Background()); err != nil {
					t.Error(err)
				}
				n := 0
				for _, err := range l.Rows(context.Background(), checkpoints.Query{ID: id}) {
					if err != nil {
						t.Error(err)
					}
					n++
				}
				if n != 1 {
					t.Errorf("%s is not durable when Flush returns", id)
				}
			}
		})
	}
	wg.Wait()
}

// Scan sees keys in order, those not yet durable among them, and more than a page.
func TestScan(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "l.db"))
	defer s.Close() //nolint:errcheck // the test is over
	for _, early := range []bool{true, false} {
		k := s.Keys(fmt.Sprint("owner", early), early)
		var want []string
		for i := range 1300 {
			name := fmt.Sprintf("p/%05d", i*7919%1300)
			if err := k.Put(t.Context(), name, []byte{}); err != nil {
				t.Fatal(err)
			}
			if i == 600 {
				if err := s.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			want = append(want, name)
		}
		for _, other := range []string{"o", "p", "q/1"} {
			if err := k.Put(t.Context(), other, []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := k.Put(t.Context(), "p/00010", nil); err != nil { // a deletion
			t.Fatal(err)
		}
		slices.Sort(want)
		want = slices.DeleteFunc(want, func(s string) bool { return s == "p/00010" })
		var got []string
		for e, err := range k.Scan(t.Context(), "p/", "") {
			if err != nil {
				t.Fatal(err)
			}
			if e.Value == nil {
				t.Fatalf("%s has no value", e.Name)
			}
			got = append(got, e.Name)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("early=%v: %s", early, d)
		}
		got = nil
		for e, err := range k.Scan(t.Context(), "p/", "p/00500") {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Name)
		}
		if d := cmp.Diff(want[500:], got); d != "" {
			t.Errorf("early=%v, after: %s", early, d)
		}
	}
}

// A source's keys may go ahead of the rows; the rows never go with them.
func TestKeysGoAhead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	s := open(t, path)
	ledger(t, s, "s").Put(checkpoints.Row{Kind: desk.KindTicket, ID: "1", State: checkpoints.Done})
	for _, owner := range []struct {
		name  string
		early bool
	}{{"source", true}, {"target", false}} {
		for i := range 9000 {
			if err := s.Keys(owner.name, owner.early).Put(t.Context(), fmt.Sprint(i), []byte("v")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	defer s.Close() //nolint:errcheck // the test is over
	if v, err := s.Keys("source", true).Get(t.Context(), "0"); string(v) != "v" || err != nil {
		t.Errorf("the source's keys are not there: %q %v", v, err)
	}
	if v, err := s.Keys("target", false).Get(t.Context(), "0"); v != nil || err != nil {
		t.Errorf("the target's keys went ahead: %q %v", v, err)
	}
	if _, ok, err := ledger(t, s, "s").Row(t.Context(), desk.KindTicket, "", "1"); ok || err != nil {
		t.Errorf("the row went with the keys: %v", err)
	}
}

// A file of a newer version is refused, and left as it is.
func TestNewer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoints.Open(t.Context(), path); !errors.Is(err, checkpoints.ErrNewer) {
		t.Fatalf("got %v, want ErrNewer", err)
	}
}

// A dry run works on a copy; the original never sees it, and the copy is gone at
// the end.
func TestCopy(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "l.db"))
	defer s.Close() //nolint:errcheck // the test is over
	ledger(t, s, "s").Put(checkpoints.Row{Kind: desk.KindTicket, ID: "1", State: checkpoints.Done})
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := s.Copy(t.Context(), filepath.Join(dir, "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := ledger(t, c, "s").Row(t.Context(), desk.KindTicket, "", "1"); !ok || err != nil {
		t.Errorf("the copy lacks a row: %v", err)
	}
	ledger(t, c, "s").Put(checkpoints.Row{Kind: desk.KindTicket, ID: "2", State: checkpoints.Done})
	if err := errors.Join(c.Flush(t.Context()), c.Close()); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := ledger(t, s, "s").Row(t.Context(), desk.KindTicket, "", "2"); ok || err != nil {
		t.Errorf("the original has the copy's row: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "copy*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v %v", left, err)
	}
}
