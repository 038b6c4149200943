package pipeline

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// flushing makes each put durable before the next, as one that comes at a bad time does,
// and is killed after so many.
type flushing struct {
	checkpoints.Keys
	store checkpoints.Store
	left  int
}

func (f *flushing) Put(ctx context.Context, key string, value []byte) error {
	if f.left--; f.left < 0 {
		return context.Canceled
	}
	if err := f.Keys.Put(ctx, key, value); err != nil {
		return err
	}
	return f.store.Flush(ctx)
}

// A record that is put again is in the journal at every moment, with its findings.
func TestJournalForgetsNoRecord(t *testing.T) {
	store, err := checkpoints.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // the test is over
	many := func(n int) *Looked {
		l := &Looked{Kind: desk.KindTicket, ID: "1"}
		for range n {
			l.tell(Finding{Class: Differs, Kind: desk.KindTicket, ID: "1", Field: "subject"})
		}
		return l
	}
	for puts := range 6 {
		j := NewJournal(store, "test")
		if _, err := j.put(t.Context(), many(3*chunk)); err != nil {
			t.Fatal(err)
		}
		j.keys = &flushing{j.keys, store, puts}
		if _, err := j.put(t.Context(), many(1)); err == nil && puts < 4 {
			t.Fatalf("it was not killed after %d", puts)
		}
		j = NewJournal(store, "test")
		if had, err := j.had(t.Context(), desk.KindTicket, "", "1", ""); !had || err != nil {
			t.Errorf("after %d puts the record is forgotten: %v", puts, err)
		}
		n := 0
		for _, err := range j.Findings(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n == 0 || puts >= 4 && n != 1 {
			t.Errorf("after %d puts there are %d findings", puts, n)
		}
	}
}
