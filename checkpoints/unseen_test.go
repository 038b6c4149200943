package checkpoints_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// What was put is found, by whichever opening of the pair it was put, before and
// after it is durable, in this store and in the next.
func TestFoundOnAFirstRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	s := open(t, path)
	a, b := ledger(t, s, "s"), ledger(t, s, "s")
	for i := range 500 {
		id := desk.ID(fmt.Sprintf("id %d", i))
		a.Put(checkpoints.Row{Kind: desk.KindContact, ID: id, State: checkpoints.Done, Target: "x"})
		a.Put(checkpoints.Row{Kind: desk.KindMessage, Parent: id, ID: "m", State: checkpoints.Done, Target: "y"})
		if i == 250 {
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	look := func(when string, l checkpoints.Ledger) {
		t.Helper()
		for i := range 500 {
			id := desk.ID(fmt.Sprintf("id %d", i))
			row, ok, err := l.Row(t.Context(), desk.KindContact, "", id)
			if err != nil || !ok || row.Target != "x" {
				t.Fatalf("%s: %s: %+v %v %v", when, id, row, ok, err)
			}
			messages, err := l.Messages(t.Context(), id)
			if err != nil || messages["m"].Target != "y" {
				t.Fatalf("%s: %s: %+v %v", when, id, messages, err)
			}
			if _, ok, err := l.Row(t.Context(), desk.KindMessage, id, "m"); err != nil || !ok {
				t.Fatalf("%s: message of %s: %v %v", when, id, ok, err)
			}
			if _, ok, err := l.Row(t.Context(), desk.KindTicket, "", id); err != nil || ok {
				t.Fatalf("%s: a ticket %s that nobody put: %v %v", when, id, ok, err)
			}
		}
	}
	look("the same", a)
	look("another opening", b)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	look("flushed", a)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	look("opened again", ledger(t, s, "s"))
}
