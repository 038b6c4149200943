package checkpoints_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// What is put is seen by every later look-up at once, also while a commit is under way.
func TestMessagesDuringCommit(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "l.db"))
	defer func() { _ = s.Close() }()
	l := ledger(t, s, "s")
	ctx := context.Background()
	stop := make(chan struct{})
	var flushing sync.WaitGroup
	flushing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.Flush(ctx); err != nil {
				t.Error(err)
				return
			}
		}
	})
	missed := 0
	for i := range 1500 {
		id := desk.ID(fmt.Sprint("t", i))
		l.Put(checkpoints.Row{Kind: desk.KindMessage, Parent: id, ID: "m", State: checkpoints.Done, Target: "x"})
		for range 20 {
			got, err := l.Messages(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if got["m"].State != checkpoints.Done {
				missed++
				break
			}
		}
	}
	close(stop)
	flushing.Wait()
	if missed > 0 {
		t.Fatalf("a line that was put was not seen for %d of 1500 tickets", missed)
	}
}

// A copy holds customers' addresses: nobody else may read it.
func TestCopyIsPrivate(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "l.db"))
	defer func() { _ = s.Close() }()
	path := filepath.Join(t.TempDir(), "copy.db")
	c, err := s.Copy(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
}

// A memory that cannot be opened is an error and nothing else.
func TestOpenGarbage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	if err := os.WriteFile(path, []byte("this is no database, however long it is"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := checkpoints.Open(t.Context(), path); err == nil || s != nil {
		t.Fatalf("%v, %v", s, err)
	}
}
