package main

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Whose making is in doubt goes on standing for his person, though another contact of that
// person would come first by now: else nothing would ever find out whether he was made, and
// whoever needs him would wait for that.
func TestWhoIsInDoubtStandsForHisPerson(t *testing.T) {
	t.Parallel()
	for want, row := range map[desk.ID]checkpoints.Row{
		"T1":        {ID: "b/1", State: checkpoints.Done, Target: "T1"},
		"open: b/1": {ID: "b/1", State: checkpoints.Intended},
		"open: b/2": {ID: "b/2", State: checkpoints.Failed},
		"":          {ID: "b/1", State: checkpoints.Skipped},
	} {
		if got := placeOf(row, true); got != want {
			t.Errorf("%+v stands at %q, want %q", row, got, want)
		}
	}
	if placeOf(checkpoints.Row{ID: "b/1"}, false) != "" || placeOf(checkpoints.Row{ID: "b/1", State: checkpoints.Done, Target: "T1", Joined: true}, true) != "" {
		t.Error("who is not known, or shares another's record, stands for himself")
	}
}

// The same over a whole move: a run was killed while it made Jane, and the next one finds
// her in another source too, which comes first.
func TestADoubtIsSettledThoughAnotherComesFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := func(first string) {
		write(t, filepath.Join(dir, "deskhaul.yaml"), "sources:\n"+first+"  b: {connector: csv, path: b.csv, kind: contact}\n"+
			"targets:\n  new: {connector: archive, path: new}\nmapping: {contacts: all, people: {join: {by: [email]}}}\n")
	}
	write(t, filepath.Join(dir, "b.csv"), "id,name,email\n1,Jane Doe,jane@x.test\n")
	config("")
	mustRun(t, "migrate", "--quiet", dir)
	inLedger(t, dir, "b/1", func(row *checkpoints.Row) { row.State, row.Since = checkpoints.Intended, row.Since.Add(1) })

	write(t, filepath.Join(dir, "a.csv"), "id,name,email\n7,J. Doe,jane@x.test\n")
	config("  a: {connector: csv, path: a.csv, kind: contact}\n")
	mustRun(t, "migrate", "--quiet", dir)
	inLedger(t, dir, "b/1", func(row *checkpoints.Row) {
		if row.State != checkpoints.Done || row.Target == "" {
			t.Errorf("the doubt is not settled: %+v", row)
		}
	})
}

// inLedger changes the line of a contact on the way into the target as a kill would have
// left it: nothing is known to stand there.
func inLedger(t *testing.T, dir string, id desk.ID, change func(*checkpoints.Row)) {
	t.Helper()
	store, err := checkpoints.Open(t.Context(), filepath.Join(dir, ".deskhaul", "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := store.Pairs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range pairs {
		l, err := store.Ledger(t.Context(), pair)
		if err != nil {
			t.Fatal(err)
		}
		row, known, err := l.Row(t.Context(), desk.KindContact, "", id)
		if err != nil {
			t.Fatal(err)
		}
		if pair.Route == pullRoute || !known {
			continue
		}
		if change(&row); row.State == checkpoints.Intended {
			row.Target, row.Written, row.Begun = "", nil, row.Written
		}
		l.Put(row)
	}
	if err := errors.Join(store.Flush(t.Context()), store.Close()); err != nil {
		t.Fatal(err)
	}
}
