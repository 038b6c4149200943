package checkpoints_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// However many rows and keys go into one batch, each comes back from the file as
// it was last put: an open line that has arrived since keeps nothing of its
// trouble, and a key that was deleted is gone.
func TestManyRowsAndKeys(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 11, 12, 13, 16, 40} {
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		path := filepath.Join(t.TempDir(), fmt.Sprint(n))
		s := open(t, path)
		want, keys := map[string]checkpoints.Row{}, map[string][]byte{}
		for range 3 {
			for i := range n {
				row := drawRow(rng, i)
				ledger(t, s, "s").Put(row)
				want[fmt.Sprint(row.Kind, row.Parent, row.ID)] = row
				name := fmt.Sprint("k", i)
				keys[name] = [][]byte{nil, {}, []byte(name)}[rng.IntN(3)]
				if err := s.Keys("o", false).Put(t.Context(), name, keys[name]); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		compare(t, path, want, keys)
	}
}

func compare(t *testing.T, path string, want map[string]checkpoints.Row, keys map[string][]byte) {
	t.Helper()
	s := open(t, path)
	defer s.Close() //nolint:errcheck // the test is over
	got := map[string]checkpoints.Row{}
	for row, err := range ledger(t, s, "s").Rows(t.Context(), checkpoints.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		got[fmt.Sprint(row.Kind, row.Parent, row.ID)] = row
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%d rows: %s", len(want), d)
	}
	there := map[string][]byte{}
	for key, err := range s.Keys("o", false).Scan(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		there[key.Name] = key.Value
	}
	for name, value := range keys {
		if value == nil {
			delete(keys, name)
		}
	}
	if d := cmp.Diff(keys, there); d != "" {
		t.Errorf("%d keys: %s", len(keys), d)
	}
}

// drawRow draws a line with all columns set, or one of what has arrived.
func drawRow(rng *rand.Rand, i int) checkpoints.Row {
	if rng.IntN(3) == 0 {
		row := fullRow()
		row.ID = desk.ID(fmt.Sprint(i))
		return row
	}
	id := desk.ID(fmt.Sprint(i))
	if i%2 == 0 {
		return checkpoints.Row{Kind: desk.KindContact, ID: id, State: checkpoints.Done, Target: "x", Run: 1, Mark: "m", Written: desk.PrintsOf(&desk.Contact{Name: "n"})}
	}
	return checkpoints.Row{Kind: desk.KindMessage, Parent: "t", ID: id, State: checkpoints.Done, Run: 2, Mapping: "h", Version: "v", Print: "00ff"}
}

// The open states are counted as they are among all.
func TestCountOpen(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "l.db"))
	defer s.Close() //nolint:errcheck // the test is over
	states := []checkpoints.State{
		checkpoints.Entered, checkpoints.Intended, checkpoints.Held, checkpoints.Failed, checkpoints.Done, checkpoints.Skipped,
	}
	for i := range 30 {
		row := checkpoints.Row{Kind: desk.Kinds[i%4], ID: desk.ID(fmt.Sprint(i)), State: states[i%len(states)]}
		ledger(t, s, "s").Put(row)
		ledger(t, s, "another").Put(row)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := ledger(t, s, "s").Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range want {
		delete(n, checkpoints.Done)
		delete(n, checkpoints.Skipped)
	}
	got, err := ledger(t, s, "s").CountOpen(t.Context())
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" || err != nil || len(want) == 0 {
		t.Errorf("%v %s", err, d)
	}
}
