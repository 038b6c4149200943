package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// What a mailbox does not give is in quarantine, and is moved by the next run that can
// read it.
func TestMailboxQuarantine(t *testing.T) {
	s := imaptest.New(t, imaptest.Options{})
	mail := "Message-ID: <%s@x.test>\r\nIn-Reply-To: <%s@x.test>\r\nDate: Mon, 3 Jun 2019 1%d:00:00 +0000\r\nFrom: J <j@example.org>\r\nSubject: on a\r\n\r\nText of %[1]s.\r\n"
	s.Put("INBOX", fmt.Sprintf(mail, "a", "none", 0))
	s.Put("INBOX", fmt.Sprintf(mail, "b", "a", 1))
	s.Put("INBOX", fmt.Sprintf(mail, "c", "nobody", 2))
	s.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Of: 2, Act: imaptest.Say("NO broken")})
	s.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Of: 3, Act: imaptest.Say("NO broken")})
	folder := t.TempDir()
	add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf(
		"project: box\nsources:\n  box:\n    connector: imap\n    host: %s\n    port: %d\n    security: none\n    user: %s\n    password: ${TOKEN_IMAP}\n", s.Host, s.Port, imaptest.User))
	run := func(verb string) string {
		t.Helper()
		r := inside(t, verb, folder)
		t.Logf("%s: exit code %d\n%s", verb, r.code, r.all())
		return r.all()
	}
	run("migrate")
	lines := run("quarantine")
	for _, want := range []string{"b@x.test", "c@x.test", "broken"} {
		if !strings.Contains(lines, want) {
			t.Errorf("quarantine does not name %s", want)
		}
	}
	s.Calm()
	run("migrate")
	if strings.Contains(run("quarantine"), "@x.test") {
		t.Error("it is in quarantine still")
	}
}

// retry takes up what a mailbox did not give, whatever of it that was; each line of
// quarantine says where the message lies and, as far as it is known, what it is about.
func TestRetryOfAMailbox(t *testing.T) {
	t.Parallel()
	s := imaptest.New(t, imaptest.Options{})
	s.Folder("Team/North")
	mail := "Message-ID: <%s@x.test>\r\nIn-Reply-To: <%s@x.test>\r\nDate: Mon, 3 Jun 2019 1%d:00:00 +0000\r\nFrom: J <j@example.org>\r\nSubject: on %[1]s\r\n\r\nText of %[1]s.\r\n"
	s.Put("INBOX", fmt.Sprintf(mail, "a", "none", 0))
	s.Put("INBOX", fmt.Sprintf(mail, "b", "a", 1))
	s.Put("INBOX", fmt.Sprintf(mail, "c", "nobody", 2))
	s.Put("INBOX", fmt.Sprintf(mail, "d", "noone", 3))
	s.Put("Team/North", fmt.Sprintf(mail, "e", "not one", 4))
	s.Do(imaptest.Fault{Answer: `UID [23] .*BODY\[\]`, Act: imaptest.CutInside})
	s.Do(imaptest.Fault{Command: `HEADER`, Of: 4, Act: imaptest.Say("NO its header is broken")})
	folder := t.TempDir()
	add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf(
		"project: box\nsources:\n  box:\n    connector: imap\n    host: %s\n    port: %d\n    security: none\n    user: %s\n    password: ${TOKEN_IMAP}\n", s.Host, s.Port, imaptest.User))
	run := func(verb string) string {
		t.Helper()
		out, err := deskhaul(t, verb, folder).CombinedOutput()
		t.Logf("%s: %v\n%s", verb, err, out)
		return string(out)
	}
	run("migrate")
	lines := run("quarantine")
	for _, want := range []string{
		"ticket c@x.test\n", `message 3 of the folder INBOX ("on c"): the connection broke each time`,
		"message b@x.test\n", `message 2 of the folder INBOX ("on b"): the connection broke each time`,
		"message 4 of the folder INBOX: the server does not give the message: its header is broken\n",
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("quarantine does not say %s", want)
		}
	}
	if run("retry"); run("quarantine") == "Nothing is aside.\n" {
		t.Error("nothing is aside, and nothing was mended")
	}
	s.Calm()
	run("retry")
	if lines := run("quarantine"); lines != "Nothing is aside.\n" {
		t.Error("it is in quarantine still")
	}
	if out := run("status"); !strings.Contains(out, "tickets         4 moved") || !strings.Contains(out, "messages        5 moved") {
		t.Error("not all of it was moved")
	}
	if out := run("migrate"); !strings.Contains(out, "nothing new") {
		t.Error("something comes again")
	}
}

// Tickets whose folder was numbered anew each time that their mails were asked for come
// with the next run, without retry.
func TestMailboxNumberedAnewInARun(t *testing.T) {
	t.Parallel()
	s := imaptest.New(t, imaptest.Options{})
	mail := "Message-ID: <%s@x.test>\r\nIn-Reply-To: <%s@x.test>\r\nDate: Mon, 3 Jun 2019 1%d:00:00 +0000\r\nFrom: J <j@example.org>\r\nSubject: on a\r\n\r\nText of %[1]s.\r\n"
	s.Put("INBOX", fmt.Sprintf(mail, "a", "none", 1))
	s.Put("INBOX", fmt.Sprintf(mail, "b", "a", 0)) // by a clock that is behind
	s.Put("INBOX", fmt.Sprintf(mail, "c", "nobody", 2))
	s.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Times: 2, Act: imaptest.First(func() {
		s.Renumber("INBOX", 1)
		s.CutAll()
	})})
	folder := t.TempDir()
	add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf(
		"project: box\nsources:\n  box:\n    connector: imap\n    host: %s\n    port: %d\n    connections: 1\n    security: none\n    user: %s\n    password: ${TOKEN_IMAP}\n", s.Host, s.Port, imaptest.User))
	if r := inside(t, "migrate", folder); r.code != exitQuarantine {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if r := inside(t, "migrate", folder); r.code != exitDone {
		t.Errorf("then exit code %d: %s", r.code, r.all())
	}
	if aside := string(mustRun(t, "quarantine", folder)); aside != "Nothing is aside.\n" {
		t.Errorf("in quarantine still: %s", aside)
	}
	if out := string(mustRun(t, "status", folder)); !strings.Contains(out, "tickets         2 moved") || !strings.Contains(out, "messages        3 moved") {
		t.Errorf("not all of it was moved: %s", out)
	}
}
