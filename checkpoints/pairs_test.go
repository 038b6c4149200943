package checkpoints_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Pairs that differ in any one part share nothing: no line, no cursor, no natural
// key of another target.
func TestPairsShareNothing(t *testing.T) {
	first := checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"}
	for part, other := range map[string]checkpoints.Pair{
		"route":   {Route: "R", Source: "s", Target: "t", Account: "a"},
		"source":  {Route: "r", Source: "S", Target: "t", Account: "a"},
		"target":  {Route: "r", Source: "s", Target: "T", Account: "a"},
		"account": {Route: "r", Source: "s", Target: "t", Account: "A"},
	} {
		t.Run(part, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			s := open(t, path)
			one := pairLedger(t, s, first)
			one.Put(checkpoints.Row{Kind: desk.KindContact, ID: "1", State: checkpoints.Done, Target: "100", Natural: "zoe@acme.test"})
			one.Advance(desk.KindContact, "", "h", "7")
			for _, where := range []string{"memory", "file"} {
				two := pairLedger(t, s, other)
				_, exists, err := two.Row(t.Context(), desk.KindContact, "", "1")
				cursor, cursorErr := two.Cursor(t.Context(), desk.KindContact, "", "h")
				_, joined, joinErr := two.Natural(t.Context(), desk.KindContact, "zoe@acme.test")
				if err := errors.Join(err, cursorErr, joinErr); err != nil {
					t.Fatal(err)
				}
				if exists || cursor != "" {
					t.Errorf("%s: another %s sees the line (%v) or the cursor (%q)", where, part, exists, cursor)
				}
				// Sources of one target share its people, once they are saved.
				if joined != (part == "source" && where == "file") {
					t.Errorf("%s: of another %s a person was found: %v", where, part, joined)
				}
				if err := s.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func pairLedger(t *testing.T, s checkpoints.Store, p checkpoints.Pair) checkpoints.Ledger {
	t.Helper()
	l, err := s.Ledger(context.WithoutCancel(t.Context()), p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
