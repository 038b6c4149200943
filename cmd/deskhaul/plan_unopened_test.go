package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A plan of a move that cannot begin says so and exits as the move would; once the archive
// has the records it plans what it has, and names the command that needs no source.
func TestPlanWithoutItsSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	j := travel(t, "mbox:"+mbox, "jsonl:"+filepath.Join(dir, "out.jsonl")).fromMailbox()
	words := append([]string{"plan", "--quiet"}, append(j.args, j.dir)...)
	r := inside(t, words...)
	said := strings.Join(strings.Fields(r.out.String()), " ")
	for _, want := range []string{
		"cannot be planned: open the source", "do nothing with what is in the archive already",
		"nothing will be until this is settled: open the source", "support.mbox", "Then this does it:",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if m := inside(t, j.words("migrate")...); r.code != m.code || r.code == exitDone || strings.Contains(said, "all agrees") {
		t.Errorf("exit code %d, of the run %d\n%s", r.code, m.code, r.all())
	}
	if err := appendMails(mbox, 0, 4); err != nil {
		t.Fatal(err)
	}
	j.run(t, "migrate")
	r = inside(t, words...)
	if said := r.out.String(); r.code != exitDone || !strings.Contains(said, "Nothing was written, and there is nothing to do.") || strings.Contains(said, "does it") {
		t.Errorf("after the run: exit code %d\n%s", r.code, r.all())
	}
	if err := os.Remove(mbox); err != nil {
		t.Fatal(err)
	}
	r = inside(t, words...)
	if said := r.out.String(); r.code != exitDone || !strings.Contains(said, "a migrate would stop there") || strings.Contains(said, "this does it") {
		t.Errorf("with the archive alone: exit code %d\n%s", r.code, r.all())
	}
}
