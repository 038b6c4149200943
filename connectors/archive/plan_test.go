package archive

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// A page of a read must come straight from the index: sorting would read the
// whole archive for each page.
func TestReadingNeedsNoSorting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	err := each(t.Context(), a.conn, func(rows *sql.Rows) (bool, error) {
		var id, parent, unused int
		var detail string
		err := rows.Scan(&id, &parent, &unused, &detail)
		if strings.Contains(detail, "TEMP B-TREE") || strings.HasPrefix(detail, "SCAN r") {
			t.Errorf("the plan says %q", detail)
		}
		return true, err
	}, "EXPLAIN QUERY PLAN "+selectWhole+"WHERE r.kind = 6 AND r.change > 1 AND r.change <= 9 ORDER BY r.change, m.n")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
