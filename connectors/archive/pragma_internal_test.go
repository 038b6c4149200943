package archive

import (
	"path/filepath"
	"testing"
)

// What a commit wrote outlives a power cut: the connection that writes syncs its
// log fully.
func TestCommitsAreDurable(t *testing.T) {
	a := opened(t, filepath.Join(t.TempDir(), "desk"))
	var synchronous int
	var journal string
	if err := a.conn.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&synchronous); err != nil {
		t.Fatal(err)
	}
	if err := a.conn.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&journal); err != nil {
		t.Fatal(err)
	}
	const full = 2
	if synchronous != full || journal != "wal" {
		t.Errorf("synchronous = %d, want %d; journal mode %s, want wal", synchronous, full, journal)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
