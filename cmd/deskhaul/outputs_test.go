package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// aSmallMove is a mailbox that was moved into lines of JSON, by a project with a file.
func aSmallMove(t *testing.T) (dir, mbox, out, project string) {
	t.Helper()
	dir = t.TempDir()
	mbox, out, project = filepath.Join(dir, "support.mbox"), filepath.Join(dir, "all.jsonl"), filepath.Join(dir, "project")
	if err := appendMails(mbox, 0, 9); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "init", "--from", "mbox:"+mbox, "--to", "jsonl:"+out, "--set", "from.agents.domains=desk.test", "--set", "archive=none", project)
	mustRun(t, "migrate", "-q", project)
	return dir, mbox, out, project
}

// What a plan or a verification is to write takes the place of nothing that the project
// lives on, by whatever name it is called, and no two of them have one place.
func TestOutputsSpareTheProject(t *testing.T) {
	t.Parallel()
	dir, mbox, out, project := aSmallMove(t)
	link, config, ledger := filepath.Join(dir, "link"), filepath.Join(project, "deskhaul.yaml"), filepath.Join(project, ".deskhaul", "ledger.db")
	if err := os.Symlink(mbox, link); err != nil {
		t.Skip(err)
	}
	page, other := filepath.Join(dir, "p.html"), filepath.Join(dir, "p.csv")
	before := map[string][]byte{}
	for _, path := range []string{mbox, out, config, ledger} {
		before[path] = mustRead(t, path)
	}
	lived := []string{mbox, link, out, config, ledger, filepath.Join(project, ".deskhaul", "new.json"), filepath.Join(dir, ".", "project", "..", "support.mbox")}
	var refused [][]string
	for _, path := range lived {
		refused = append(refused, []string{"plan", "--out", path}, []string{"plan", "--losses", path}, []string{"plan", "--trace", path},
			[]string{"verify", "--out", path}, []string{"verify", "--html", path}, []string{"migrate", "--losses", path}, []string{"check", "--trace", path})
	}
	refused = append(refused, []string{"plan", "--out", page, "--losses", page}, []string{"plan", "--out", out + ".trace", "--trace", out + ".trace"},
		[]string{"verify", "--html", page, "--out", page}, []string{"verify", "--html", page, "--out", other})
	for _, words := range refused {
		r := inside(t, append(slices.Clone(words), "-q", project)...)
		if r.code != exitUsage || !strings.Contains(r.errs.String(), words[1]+" ") || !strings.Contains(r.errs.String(), "name ") {
			t.Errorf("%q: exit %d, %s", words, r.code, r.all())
		}
	}
	for path, b := range before {
		if !bytes.Equal(mustRead(t, path), b) {
			t.Errorf("%s was changed", path)
		}
	}
	for _, path := range []string{page, other} {
		if taken(path) {
			t.Errorf("%s was written", path)
		}
	}
}

// A plan that fails leaves the last one as it was, and nothing half written.
func TestFailedPlanLeavesTheLastOne(t *testing.T) {
	t.Parallel()
	dir, mbox, _, project := aSmallMove(t)
	files := t.TempDir()
	plan, losses := filepath.Join(files, "plan.json"), filepath.Join(files, "losses.csv")
	words := []string{"plan", "-q", "--out", plan, "--losses", losses, project}
	mustRun(t, words...)
	was, table := mustRead(t, plan), mustRead(t, losses)
	if err := os.Rename(mbox, filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if r := inside(t, words...); r.code == exitDone {
		t.Fatal(r.all())
	}
	if !bytes.Equal(was, mustRead(t, plan)) || !bytes.Equal(table, mustRead(t, losses)) {
		t.Error("the last plan is gone")
	}
	if entries, err := os.ReadDir(files); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}

// What a killed process left of a file goes with the next one that is written there;
// a link stays one.
func TestHalfAFileGoes(t *testing.T) {
	dir := t.TempDir()
	place, link := filepath.Join(dir, "[a]*.json"), filepath.Join(dir, "link")
	dead, foreign := filepath.Join(dir, ".[a]*.json.999999999.1"+halfWritten), filepath.Join(dir, ".[a]*.json.mine"+halfWritten)
	for _, path := range []string{place, dead, foreign} {
		add(t, path, "old")
	}
	if err := os.Symlink(place, link); err != nil {
		t.Skip(err)
	}
	f, err := newOutFile(link)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("new"); err != nil {
		t.Fatal(err)
	}
	if got := string(mustRead(t, place)); got != "old" {
		t.Errorf("it has %q before it is whole", got)
	}
	if err := f.wrote(nil); err != nil {
		t.Fatal(err)
	}
	if in, err := os.Lstat(link); err != nil || in.Mode()&os.ModeSymlink == 0 || string(mustRead(t, place)) != "new" {
		t.Errorf("%v, %v", in, err)
	}
	if taken(dead) || !taken(foreign) {
		t.Errorf("of a dead process: %t, of nobody: %t", taken(dead), taken(foreign))
	}
}

// What is written is its owner's alone, also where everybody could read what stood there.
func TestFilesThatWereThereBecomeTheUsersOwn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	_, mbox, out, project := aSmallMove(t)
	files := t.TempDir()
	at := func(name string) string { return filepath.Join(files, name) }
	for _, name := range []string{"plan.json", "losses.csv", "trace", "found.jsonl", "proof.html", "proof.csv"} {
		add(t, at(name), "")
		if err := os.Chmod(at(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(out, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := appendMails(mbox, 10, 19); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "plan", "-q", "--out", at("plan.json"), "--losses", at("losses.csv"), "--trace", at("trace"), project)
	mustRun(t, "migrate", "-q", project)
	mustRun(t, "verify", "-q", "--html", at("proof.html"), "--out", at("found.jsonl"), project)
	for _, path := range []string{at("plan.json"), at("losses.csv"), at("trace"), at("found.jsonl"), at("proof.html"), at("proof.csv"), out} {
		if in, err := os.Stat(path); err != nil || in.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, in.Mode(), err)
		}
	}
}
