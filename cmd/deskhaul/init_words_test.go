package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The words of a table for a status stand in the file with what each is read as; one that
// nobody knows is marked, and told again when it comes later.
func TestInitTellsWordsOfStatuses(t *testing.T) {
	t.Parallel()
	here := t.TempDir()
	table := filepath.Join(here, "tickets.csv")
	put := func(rows string) {
		if err := os.WriteFile(table, []byte("id,subject,status\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("1,a,Waiting for parts\n2,b,Limbo\n")
	dir := filepath.Join(here, "move")
	said := string(mustRun(t, "init", "--from", "old=csv:"+table, "--to", "jsonl:"+filepath.Join(here, "all.jsonl"), dir))
	if !strings.Contains(said, "read as open: Limbo – say it under values: of old") {
		t.Errorf("it said\n%s", said)
	}
	file, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"#   'Waiting for parts': pending\n", "#   Limbo:   # look at this: like none of them: read as open\n"} {
		if !strings.Contains(string(file), want) {
			t.Errorf("%q does not stand in\n%s", want, file)
		}
	}
	put("1,a,Waiting for parts\n2,b,Adrift\n")
	again, same := updatedBy(t, dir)
	if len(again.Notes) != 1 || !strings.Contains(again.Notes[0], "Adrift") || string(same) != string(file) {
		t.Errorf("the update told %q", again.Notes)
	}
}
