package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// A custom field that stands in both is written: the file names it for a target that wants
// that. One that comes later is told by check, and nothing is changed for it.
func TestInitNamesFieldsOfTheTarget(t *testing.T) {
	t.Parallel()
	s := rttest.New()
	s.Fields = []string{"Warranty", "Unlike all"}
	here := t.TempDir()
	write(t, filepath.Join(here, "tickets.csv"), "id,subject,Warranty\n1,a,yes\n")
	secret := filepath.Join(here, "token")
	write(t, secret, rttest.Token)
	dir := filepath.Join(here, "move")
	mustRun(t, "init", "--from", "csv:"+filepath.Join(here, "tickets.csv"), "--to", "rt:"+s.Start(t.Cleanup), "--set", "to.token={file: "+secret+"}", "--set", "to.quiet=scrips", "--set", "to.canary=waived", dir)
	path := filepath.Join(dir, "deskhaul.yaml")
	file, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(file), "fields: [Warranty]\n") {
		t.Fatalf("%v\n%s", err, file)
	}
	if got := string(mustRun(t, "check", dir)); !strings.Contains(got, "nothing is written to: Unlike all.") {
		t.Errorf("check says\n%s", got)
	}
	mine := strings.Replace(string(file), "fields: [Warranty]", "fields: []", 1)
	write(t, path, mine)
	if _, same := updatedBy(t, dir); string(same) != mine {
		t.Errorf("an update changed\n%s", same)
	}
}
