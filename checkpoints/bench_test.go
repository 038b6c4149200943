package checkpoints_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// BenchmarkCommit is what a pull of mail writes down: an operation is a ticket
// with three messages and nine keys of its source, in batches as a run saves them.
func BenchmarkCommit(b *testing.B) {
	store, err := checkpoints.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // only measured
	ledger, err := store.Ledger(b.Context(), checkpoints.Pair{Route: "pull", Source: "s", Target: "t"})
	if err != nil {
		b.Fatal(err)
	}
	keys := store.Keys("s", true)
	for i := 0; b.Loop(); i++ {
		id := desk.ID(fmt.Sprintf("%08x.1.2169a9e67faa5c7@company%d.example.com", 0x63b280f0+100*i, i%300))
		ledger.Put(checkpoints.Row{
			Kind: desk.KindTicket, ID: id, State: checkpoints.Done, Run: 1, Target: id, Mark: "dh6tmu4bhry2afkd23zspqgavm4a",
			Written: desk.Prints{{Name: "category"}, {Name: "channel"}, {Name: "created"}, {Name: "requester"}, {Name: "status"}, {Name: "subject"}},
		})
		for m := range 3 {
			sub := id + desk.ID(fmt.Sprint("-", m))
			ledger.Put(checkpoints.Row{
				Kind: desk.KindMessage, Parent: id, ID: sub, State: checkpoints.Done, Run: 1, Target: sub,
				Mark: "dh6tmu4bhry2afkd23zspqgavm4a", Print: "0123456789abcdef0123456789abcdef",
			})
		}
		for k := range 9 {
			if err := keys.Put(b.Context(), fmt.Sprintf("%c/%08d", 'a'+k, i), make([]byte, 100)); err != nil {
				b.Fatal(err)
			}
		}
		if i%1500 == 0 {
			if err := store.Flush(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := store.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}
