package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// A category of a table is told by its name, although no table can be asked for one.
func TestSampleNamesCategoriesOfTables(t *testing.T) {
	t.Parallel()
	here := t.TempDir()
	write(t, filepath.Join(here, "tickets.csv"), "id,subject,category,created\n1,a,Second Line,2024-05-01\n")
	said := string(mustRun(t, "plan", "--sample", "1", "--from", "csv:"+filepath.Join(here, "tickets.csv"), "--to", "jsonl:"+filepath.Join(here, "out.jsonl"), filepath.Join(here, "move")))
	if !strings.Contains(said, "category Second Line") {
		t.Errorf("it said\n%s", said)
	}
}
