package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
)

// A server is checked, refused while it is not declared quiet, planned for, written to,
// verified, read back, and rolled back; the password is told nowhere.
func TestZnunyByTheCommandLine(t *testing.T) {
	s := znunytest.New()
	s.AddUser("ann")
	t.Setenv("ZNUNY_PASSWORD", znunytest.Password)
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do := func(args ...string) (int, string) {
		t.Helper()
		var out bytes.Buffer
		code := (&app{stdout: &out, stderr: &out, line: s.Transport()}).run(t.Context(), args)
		if strings.Contains(out.String(), znunytest.Password) {
			t.Errorf("%s shows the password: %s", args[0], &out)
		}
		return code, out.String()
	}
	write("in.jsonl", `{"kind":"contact","id":"c","name":"Ольга","emails":["olga@a.test"]}
{"kind":"agent","id":"a","name":"Ann","email":"ann@desk.test"}
{"kind":"ticket","id":"t","subject":"Счёт","status":"solved","requester":{"kind":"contact","id":"c"},"assignee":{"kind":"agent","id":"a"},"messages":[{"id":"1","author":{"kind":"contact","id":"c"},"at":"2015-01-02T03:04:05Z","text":"help"},{"id":"2","author":{"kind":"agent","id":"a"},"at":"2015-01-03T03:04:05Z","note":true,"text":"seen"}]}
`)
	project := "project: p\narchive: none\nsources:\n  old:\n    connector: jsonl\n    path: in.jsonl\ntargets:\n  new:\n    connector: znuny\n    url: " + znunytest.URL + "\n    user: " + znunytest.User + "\n    password: ${ZNUNY_PASSWORD}\n    agents: {ann@desk.test: ann}\n"
	write("deskhaul.yaml", project)
	if code, out := do("migrate", folder); code == 0 || !strings.Contains(out, "notifications-off") || len(s.Standing()) > 0 {
		t.Fatalf("undeclared: %d %s", code, out)
	}
	write("deskhaul.yaml", project+"    quiet: notifications-off\n    canary: waived\n")
	for _, verb := range []string{"check", "plan", "migrate", "verify"} {
		if code, out := do(verb, folder); code != 0 {
			t.Fatalf("%s: %d %s", verb, code, out)
		}
	}
	if there := s.Standing(); len(there) != 1 || len(there[0].Articles) != 2 || len(s.Outbox()) > 0 {
		t.Errorf("the server holds %v, and mailed %q", there, s.Outbox())
	}
	back := filepath.Join(t.TempDir(), "back.jsonl")
	if code, out := do("migrate", "--from", "znuny:"+znunytest.URL, "--set", "from.user="+znunytest.User, "--set", "from.password=${ZNUNY_PASSWORD}", "--to", "jsonl:"+back, t.TempDir()); code != 0 {
		t.Fatalf("read back: %d %s", code, out)
	}
	b, err := os.ReadFile(back)
	if err != nil || !strings.Contains(string(b), `"at":"2015-01-03T03:04:05Z","note":true`) || !strings.Contains(string(b), "Счёт") {
		t.Errorf("%v %s", err, b)
	}
	if code, out := do("rollback", "--yes", folder); code != 0 || len(s.Standing()) > 0 {
		t.Errorf("rollback: %d %s", code, out)
	}
}
