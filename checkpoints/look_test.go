package checkpoints_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
)

// Looking reads what is there, beside a writer too, and makes nothing.
func TestLook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	if _, err := checkpoints.Look(t.Context(), path, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("a ledger that is not there:", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("looking made a file")
	}
	s := open(t, path)
	defer s.Close() //nolint:errcheck // the test is over
	pair := checkpoints.Pair{Route: "r", Source: "s", Target: "t"}
	if _, err := s.Ledger(t.Context(), pair); err != nil {
		t.Fatal(err)
	}
	l, err := checkpoints.Look(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // the test is over
	if pairs, err := l.Pairs(t.Context()); err != nil || len(pairs) != 1 {
		t.Error(pairs, err)
	}
	if _, err := l.Ledger(t.Context(), pair); err != nil {
		t.Error(err)
	}
	if _, err := l.Ledger(t.Context(), checkpoints.Pair{Route: "another"}); err == nil {
		t.Error("a new pair was written")
	}
	c, err := l.Copy(t.Context(), filepath.Join(t.TempDir(), "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // the test is over
	if _, err := c.Ledger(t.Context(), checkpoints.Pair{Route: "another"}); err != nil {
		t.Error("the copy is for writing:", err)
	}
}
