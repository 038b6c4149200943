package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A run says what most of what waits is waiting for: that the helpdesk is away, say.
func TestWhatWaitsSaysForWhat(t *testing.T) {
	store, err := checkpoints.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	ledger, err := store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s", Target: "t"})
	if err != nil {
		t.Fatal(err)
	}
	says := func(n int64, want string) {
		t.Helper()
		if err := store.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := waitingFor(t.Context(), n, []*hop{{ledger: ledger}, {}}); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	ledger.Put(checkpoints.Row{Kind: desk.KindTicket, ID: "0", State: checkpoints.Done, Target: "x"})
	ledger.Put(checkpoints.Row{Kind: desk.KindMessage, Parent: "0", ID: "m", State: checkpoints.Intended})
	says(1, "1 record waits: the answer to its write was lost: the next run looks whether it arrived; every run tries it again")
	for i := range 3 {
		ledger.Put(checkpoints.Row{
			Kind: desk.KindTicket, ID: desk.ID(fmt.Sprint("t", i)), State: checkpoints.Held,
			Reason: string(connectors.ReasonTransient), Detail: "connection refused",
		})
	}
	says(4, "4 records wait, most of them for the target to answer (the first: connection refused); every run tries them again")
	ledger.Put(checkpoints.Row{Kind: desk.KindMessage, Parent: "0", ID: "m", State: checkpoints.Done})
	says(3, "3 records wait for the target to answer (the first: connection refused); every run tries them again")
}
