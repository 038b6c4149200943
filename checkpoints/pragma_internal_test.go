package checkpoints

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// What a commit wrote outlives a power cut: each connection syncs its log fully.
func TestCommitsAreDurable(t *testing.T) {
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it is thrown away
	for name, db := range map[string]*sql.DB{"write": s.write, "read": s.read} {
		var synchronous int
		var journal string
		if err := db.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&synchronous); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&journal); err != nil {
			t.Fatal(err)
		}
		const full = 2
		if synchronous != full || journal != "wal" {
			t.Errorf("%s: synchronous = %d, want %d; journal mode %s, want wal", name, synchronous, full, journal)
		}
	}
}
