package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// What a person found at the target, or did not, is written into the ledger, of all
// that they say or of nothing; what is not in doubt, or not told apart, is refused.
func TestFoundAndMissing(t *testing.T) {
	dir := t.TempDir()
	if out, err := deskhaul(t, "pull", "--quiet", "--from", "jsonl:-", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ledger := filepath.Join(dir, ".deskhaul", "ledger.db")
	store, err := checkpoints.Open(t.Context(), ledger)
	if err != nil {
		t.Fatal(err)
	}
	l, err := store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s", Target: "t"})
	if err != nil {
		t.Fatal(err)
	}
	l.Put(
		checkpoints.Row{Kind: desk.KindTicket, ID: "1=x", State: checkpoints.Intended, Reason: "ambiguous"},
		checkpoints.Row{Kind: desk.KindMessage, Parent: "1=x", ID: "1=x", State: checkpoints.Entered},
		checkpoints.Row{Kind: desk.KindMessage, Parent: "1=x", ID: "m", State: checkpoints.Intended},
		checkpoints.Row{Kind: desk.KindTicket, ID: "done", State: checkpoints.Done, Target: "7"},
	)
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string // of the refusal; "" taken
	}{
		{[]string{"--found", "nobody=1"}, "no write of nobody is in doubt"},
		{[]string{"--found", "done=1"}, "no write of done is in doubt"},
		{[]string{"--found", "m"}, "under which id it stands"},
		{[]string{"--missing", "1=x"}, "several of that id: ticket:1=x ( → ), message:1=x ( → )"},
		{[]string{"--found", "m=1", "--missing", "nobody"}, "no write of nobody"},
		{[]string{"--found", "ticket:1=x=T=4", "--found", "message:1=x=M4", "--missing", "m"}, ""},
		{[]string{"--found", "m=1"}, "no write of m is in doubt"},
	} {
		r := inside(t, slices.Concat([]string{"quarantine"}, c.args, []string{dir})...)
		if (r.code == exitDone) != (c.want == "") || !strings.Contains(r.all(), c.want) {
			t.Errorf("%q: exit code %d, want %q in\n%s", c.args, r.code, c.want, r.all())
		}
	}
	store, err = checkpoints.Look(t.Context(), ledger, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it was only read
	if l, err = store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s", Target: "t"}); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for row, err := range l.Rows(t.Context(), checkpoints.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		got[string(row.Kind)+" "+string(row.ID)] = string(row.State) + " " + string(row.Target)
	}
	for name, want := range map[string]string{"ticket 1=x": "intended T=4", "message 1=x": "done M4", "message m": "held ", "ticket done": "done 7"} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
