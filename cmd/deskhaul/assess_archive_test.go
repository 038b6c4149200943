package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What was moved without a configuration is assessed in its folder, as it is browsed there.
func TestAssessWithoutAConfiguration(t *testing.T) {
	t.Parallel()
	here := t.TempDir()
	table := filepath.Join(here, "tickets.csv")
	write(t, table, "id,subject,created\n1,a,2024-05-01\n2,b,2024-06-01\n")
	dir := filepath.Join(here, "try")
	mustRun(t, "migrate", "--from", "csv:"+table, "--to", "archive:", dir)
	if said := string(mustRun(t, "assess", dir)); !strings.Contains(said, "archive: 2 tickets") {
		t.Errorf("it said\n%s", said)
	}
}

// What stands in the data does not steer the terminal of who assesses it.
func TestAssessIsPrintable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "old.jsonl"), `{"kind":"contact","id":"1","name":"\u001b[2J\u202eנועם","emails":["a@b.example"]}`+"\n"+
		`{"kind":"ticket","id":"1","subject":"\u001b]0;x\u0007","created":"2024-05-05T10:00:00Z","requester":{"kind":"contact","id":"1"}}`+"\n")
	said := string(mustRun(t, "assess", "--from", "jsonl:"+filepath.Join(dir, "old.jsonl"), filepath.Join(dir, "move")))
	if strings.ContainsAny(said, "\x1b\a\u202e") || !strings.Contains(said, "נועם") {
		t.Errorf("it wrote %q", said)
	}
}

// The archive is assessed although a password of a target is not there: nobody is asked.
func TestAssessMissesNoPassword(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tickets.csv"), "id,subject,created\n1,a,2024-05-01\n")
	sources := "sources: {old: {connector: csv, path: tickets.csv}}\n"
	write(t, filepath.Join(dir, "deskhaul.yaml"), sources)
	mustRun(t, "pull", dir)
	write(t, filepath.Join(dir, "deskhaul.yaml"), sources+`targets: {rt: {connector: rt, url: "http://127.0.0.1:1", token: "${NOT_SET_ANYWHERE}", quiet: scrips}}`+"\n")
	if said := string(mustRun(t, "assess", dir)); !strings.Contains(said, "archive: 1 ticket") || !strings.Contains(said, "writing to rt") {
		t.Errorf("it said\n%s", said)
	}
}
