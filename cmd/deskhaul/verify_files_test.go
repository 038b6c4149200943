package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The table that is put beside a page takes the place of its own kind alone: the same
// command may be given again, and a table of somebody's is neither replaced nor removed.
func TestTableBesideThePageSparesOthers(t *testing.T) {
	t.Parallel()
	_, _, out, project := aSmallMove(t)
	dir := t.TempDir()
	page, table := filepath.Join(dir, "X.html"), filepath.Join(dir, "X.csv")
	words := []string{"verify", "-q", "--html", page, project}
	add(t, table, "customer,revenue\nACME,3\n")
	r := inside(t, words...)
	if r.code != exitUsage || !strings.Contains(r.errs.String(), "no such table: move it away") || taken(page) {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
	if got := string(mustRead(t, table)); got != "customer,revenue\nACME,3\n" {
		t.Errorf("it became %q", got)
	}
	if err := os.Remove(table); err != nil {
		t.Fatal(err)
	}
	if mustRun(t, words...); taken(table) || !taken(page) {
		t.Errorf("nothing differs, and the table is there: %t, the page: %t", taken(table), taken(page))
	}
	lines := strings.SplitAfter(string(mustRead(t, out)), "\n")
	if err := os.WriteFile(out, []byte(strings.Join(lines[:len(lines)-2], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if r := inside(t, words...); r.code != exitDifference || rows(t, table) < 2 {
			t.Fatalf("exit %d, %d rows: %s", r.code, rows(t, table), r.all())
		}
	}
	if err := os.WriteFile(out, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if mustRun(t, words...); rows(t, table) != 1 {
		t.Errorf("nothing differs any more, and the table has %d rows", rows(t, table))
	}
}

func rows(t *testing.T, path string) int {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(string(mustRead(t, path)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// Each verification has a report of its own, however fast they follow each other.
func TestReportsTakeNoOthersPlace(t *testing.T) {
	t.Parallel()
	_, _, _, project := aSmallMove(t)
	for range 4 {
		mustRun(t, "verify", "-q", project)
	}
	reports, err := filepath.Glob(filepath.Join(project, ".deskhaul", "reports", "verify-*.html"))
	if err != nil || len(reports) != 4 {
		t.Errorf("%q, %v", reports, err)
	}
}
