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
		"project: box\nsources:\n  box:\n    connector: imap\n    host: %s\n    port: %d\n    security: none\n    user: %s\n    password: ${MAILBOX_PASSWORD}\n", s.Host, s.Port, imaptest.User))
	t.Setenv("MAILBOX_PASSWORD", imaptest.Password)
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
