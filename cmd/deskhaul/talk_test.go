package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// talked runs init line by line, with these answers.
func talked(t *testing.T, dir string, args []string, answers ...string) *ran {
	t.Helper()
	r := new(ran)
	a := &app{stdin: strings.NewReader(strings.Join(answers, "\n") + "\n"), stdout: &r.out, stderr: &r.errs, asking: true}
	r.code = a.run(t.Context(), append(append([]string{"init"}, args...), dir))
	return r
}

// nothingLeft says that a folder was not made, or is empty.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range left {
		t.Errorf("%s was left behind", e.Name())
	}
}

// Two helpdesks: only what the connectors miss is asked, a wrong token is told at once, and
// what is typed goes into files of its own.
func TestTalkBetweenHelpdesks(t *testing.T) {
	t.Parallel()
	old, _ := oldZendesk(t)
	next, _ := newFreshdesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	r := talked(t, dir, []string{"--set", "zendesk.export_rate=100000", "--set", "zendesk.rate=100000"},
		"zendesk", old.url, wrongToken, "1", zendesktest.Email, // the token is refused
		zendesktest.Token, "n",
		"freshdesk", next.url, freshdesktest.New().Key, "1", "y", "y",
	)
	if r.code != exitDone {
		t.Fatalf("exit code %d\n%s", r.code, r.all())
	}
	said := r.all()
	wants(t, said, "refuses these credentials", "zendesk: Zendesk,", "freshdesk: Freshdesk", "Guesses:", "deskhaul check "+dir)
	for _, secret := range []string{wrongToken, zendesktest.Token, freshdesktest.New().Key} {
		if strings.Contains(said, secret) {
			t.Errorf("a secret was shown:\n%s", said)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, string(b), "token: {file: .deskhaul/secrets/zendesk.token}", "token: {file: .deskhaul/secrets/freshdesk.token}", "quiet: notifications-off",
		`fields.cf_serial_number: 'ticket.fields["Серийный номер"]'`)
	if bytes.Contains(b, []byte(zendesktest.Token)) {
		t.Error("a secret is in the file")
	}
	for path, mode := range map[string]os.FileMode{
		".deskhaul": 0o700, ".deskhaul/secrets": 0o700, ".deskhaul/secrets/zendesk.token": 0o600, "deskhaul.yaml": 0o600,
	} {
		if info, err := os.Stat(filepath.Join(dir, path)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", path, info, err)
		}
	}
	followedUp(t, dir)
}

// What lies in the folder is offered first, with the domain that most mails went to.
func TestTalkFindsAMailbox(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := appendMails(filepath.Join(dir, "support.mbox"), 0, 19); err != nil {
		t.Fatal(err)
	}
	r := talked(t, dir, []string{"--no-look=false"}, "1", "", "n", "archive", "")
	if r.code != exitDone {
		t.Fatalf("exit code %d\n%s", r.code, r.all())
	}
	wants(t, r.all(), "mbox:"+filepath.Join(dir, "support.mbox"), "[desk.test] >", "4 tickets")
	b, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, string(b), "path: support.mbox", "domains: [desk.test]")
	followedUp(t, dir)
}

// Tables that lie together are offered together first.
func TestTalkOffersTablesTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tickets.csv"), "id,subject,assignee\n1,a,Ann\n")
	write(t, filepath.Join(dir, "agents.csv"), "name,email\nAnn,ann@desk.example\n")
	r := talked(t, dir, nil, "1", "n", "archive", "y")
	if r.code != exitDone {
		t.Fatalf("exit code %d\n%s", r.code, r.all())
	}
	wants(t, r.all(), "2 tables, found here", "1 agent, 1 ticket")
}

// Who has the wrong credentials twice may name another system, or go on without a look.
func TestTalkOutOfWrongCredentials(t *testing.T) {
	t.Parallel()
	old, _ := oldZendesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	r := talked(t, dir, []string{"--set", "zendesk.export_rate=100000", "--set", "zendesk.rate=100000"},
		"zendesk", old.url, wrongToken, "1", zendesktest.Email, wrongToken+"2", "2", "n", "archive", "y")
	if r.code != exitDone {
		t.Fatalf("exit code %d\n%s", r.code, r.all())
	}
	if n := strings.Count(r.all(), "refuses these credentials"); n != 2 {
		t.Errorf("%d refusals:\n%s", n, r.all())
	}
}

// Who ends the input, at whatever question, leaves nothing behind.
func TestTalkBrokenOff(t *testing.T) {
	t.Parallel()
	old, _ := newFreshdesk(t)
	answers := []string{"freshdesk", old.url, freshdesktest.New().Key, "1", "n", "archive", "n"}
	for n := range len(answers) + 1 {
		dir := filepath.Join(t.TempDir(), "move")
		r := talked(t, dir, nil, answers[:n]...)
		if n == 0 {
			r = talked(t, dir, nil)
		}
		if r.code != exitInterrupted || !strings.Contains(r.all(), "nothing was written") {
			t.Errorf("after %d answers: exit code %d\n%s", n, r.code, r.all())
		}
		nothingLeft(t, dir)
	}
}

// Without a terminal nothing is asked: it says which flag is missing.
func TestTalkNeedsATerminal(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"there is no --from": {"init"}, "--ask needs a terminal": {"init", "--ask"},
	} {
		dir := filepath.Join(t.TempDir(), "move")
		for _, more := range [][]string{{dir}, {"--json", dir}} {
			if r := inside(t, append(args, more...)...); r.code != exitUsage || !strings.Contains(r.all(), want) {
				t.Errorf("%v: exit code %d: %s", args, r.code, r.all())
			}
		}
		nothingLeft(t, dir)
	}
	a := &app{stdin: strings.NewReader("y\n"), stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), asking: true}
	if code := a.run(t.Context(), []string{"init", "--json", filepath.Join(t.TempDir(), "move")}); code != exitUsage {
		t.Errorf("--json asked: exit code %d", code)
	}
}
