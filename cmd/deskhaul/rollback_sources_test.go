package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// Where two sources go to one target without an archive, whom a ticket of the second
// needs that stays there is not taken back with the first.
func TestRollbackOfTwoSourcesIntoOneTarget(t *testing.T) {
	folder := t.TempDir()
	add(t, filepath.Join(folder, "deskhaul.yaml"), "project: p\narchive: none\nsources:\n  a: {connector: jsonl, path: a.jsonl}\n  b: {connector: jsonl, path: b.jsonl}\ntargets:\n  box: {connector: eml, path: out}\n")
	for _, name := range []string{"a", "b"} {
		add(t, filepath.Join(folder, name+".jsonl"), `{"kind":"contact","id":"c`+name+`","name":"Ann","emails":["ann@x.test"]}
{"kind":"ticket","id":"t`+name+`","subject":"of `+name+`","status":"open","created":"2015-01-02T03:04:05Z","requester":{"kind":"contact","id":"c`+name+`"},"messages":[{"id":"1","at":"2015-01-02T03:04:05Z","author":{"kind":"contact","id":"c`+name+`"},"text":"written in `+name+`"}]}
`)
	}
	mustRun(t, "migrate", "--quiet", folder)
	mails := mailsOfThread(t, filepath.Join(folder, "out"), "written in b")
	if len(mails) != 1 {
		t.Fatalf("%q", mails)
	}
	b, err := os.ReadFile(mails[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mails[0], []byte(strings.Replace(string(b), "written in b", "written in b, and more", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]string{nil, {"--yes"}} {
		r := inside(t, append([]string{"rollback", "--json", folder}, more...)...)
		var out report.Rollback
		if err := json.Unmarshal(r.out.Bytes(), &out); err != nil || r.code != exitDone || len(out.Hops) != 2 {
			t.Fatalf("exit code %d, %v: %s", r.code, err, r.all())
		}
		if first, second := out.Hops[0], out.Hops[1]; first.Deleted[desk.KindTicket] != 1 || first.Left[desk.KindContact] != 1 || second.Left[desk.KindTicket] != 1 {
			t.Errorf("%+v, %+v", first, second)
		}
	}
	if left := mailsOfThread(t, filepath.Join(folder, "out"), ""); len(left) != 2 {
		t.Errorf("left are %q", left)
	}
}

// A target that takes back nothing, such as standard output, keeps no other from it, and
// it is said of it; where there is no other, that is a mistake.
func TestRollbackWhereOneTargetCannot(t *testing.T) {
	folder := t.TempDir()
	project := "project: p\narchive: none\nsources:\n  a: {connector: jsonl, path: a.jsonl}\ntargets:\n  out: {connector: jsonl, path: \"-\"}\n"
	add(t, filepath.Join(folder, "deskhaul.yaml"), project+"  box: {connector: eml, path: out}\n")
	add(t, filepath.Join(folder, "a.jsonl"), `{"kind":"ticket","id":"t","subject":"s","status":"open","created":"2015-01-02T03:04:05Z","messages":[{"id":"1","at":"2015-01-02T03:04:05Z","text":"x"}]}
`)
	mustRun(t, "migrate", "--quiet", folder)
	r := inside(t, "rollback", "--yes", folder)
	if all := r.all(); r.code != exitDone || !strings.Contains(all, "a → out\n  ") || !strings.Contains(all, "cannot take back") || len(mailsOfThread(t, filepath.Join(folder, "out"), "")) > 0 {
		t.Errorf("exit code %d: %s", r.code, all)
	}
	if err := os.WriteFile(filepath.Join(folder, "deskhaul.yaml"), []byte(project), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := inside(t, "rollback", folder); r.code != exitUsage {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
}
