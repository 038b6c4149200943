package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
)

// An account is checked, refused while it is not declared quiet, written to, and read
// back.
func TestFreshdeskByTheCommandLine(t *testing.T) {
	s := freshdesktest.New()
	s.AddAgent("Ann", "ann@desk.test")
	t.Setenv("FRESHDESK_TOKEN", s.Key)
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
		if strings.Contains(out.String(), s.Key) {
			t.Errorf("%s shows the key: %s", args[0], &out)
		}
		return code, out.String()
	}
	write("in.jsonl", `{"kind":"contact","id":"c","name":"Ольга","emails":["olga@a.test"]}
{"kind":"agent","id":"a","name":"Ann","email":"ann@desk.test"}
{"kind":"ticket","id":"t","subject":"Счёт","status":"solved","requester":{"kind":"contact","id":"c"},"assignee":{"kind":"agent","id":"a"},"messages":[{"id":"1","author":{"kind":"contact","id":"c"},"at":"2015-01-02T03:04:05Z","text":"help"},{"id":"2","author":{"kind":"agent","id":"a"},"at":"2015-01-03T03:04:05Z","note":true,"text":"seen"}]}
`)
	project := "project: p\narchive: none\nsources:\n  old:\n    connector: jsonl\n    path: in.jsonl\ntargets:\n  new:\n    connector: freshdesk\n    url: " + freshdesktest.URL + "\n    token: ${FRESHDESK_TOKEN}\n"
	write("deskhaul.yaml", project)
	if code, out := do("migrate", folder); code == 0 || !strings.Contains(out, "notifications-off") || len(s.Outbox()) > 0 || s.Counts()["tickets"] > 0 {
		t.Fatalf("undeclared: %d %s", code, out)
	}
	write("deskhaul.yaml", project+"    quiet: notifications-off\n    canary: waived\n")
	if code, out := do("check", folder); code != 0 || !strings.Contains(out, "Freshdesk acme.freshdesk.test, as Owner") || !strings.Contains(out, "writes are silent") {
		t.Fatalf("check: %d %s", code, out)
	}
	if code, out := do("migrate", folder); code != 0 {
		t.Fatalf("migrate: %d %s", code, out)
	}
	if n := s.Counts(); n["tickets"] != 1 || n["contacts"] != 1 || n["conversations"] != 1 || len(s.Outbox()) > 0 {
		t.Errorf("the account holds %v, and mailed %q", n, s.Outbox())
	}
	back := filepath.Join(t.TempDir(), "back.jsonl")
	if code, out := do("migrate", "--from", "freshdesk:"+freshdesktest.URL, "--set", "from.token=${FRESHDESK_TOKEN}", "--to", "jsonl:"+back, t.TempDir()); code != 0 {
		t.Fatalf("read back: %d %s", code, out)
	}
	b, err := os.ReadFile(back)
	if err != nil || !strings.Contains(string(b), `"at":"2015-01-03T03:04:05Z","note":true`) || !strings.Contains(string(b), "Счёт") {
		t.Errorf("%v %s", err, b)
	}
	s.Key = "another"
	if code, out := do("check", folder); code == 0 || !strings.Contains(out, "401") {
		t.Errorf("a key that is no longer valid: %d %s", code, out)
	}
	s.Key = os.Getenv("FRESHDESK_TOKEN")
}
