package main

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A mailbox that does not let us in, or is not there, is no target for a run nor for check.
func TestCheckLogsInToATargetMailbox(t *testing.T) {
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 2); err != nil {
		t.Fatal(err)
	}
	s := imaptest.New(t, imaptest.Options{})
	l := imaptest.Listen(t)
	nobody := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		port     int
		password string
		code     int
		says     string
	}{
		"good":           {s.Port, imaptest.Password, exitDone, "Tickets without a category go into"},
		"wrong password": {s.Port, "wrong", exitUsage, "look at user and password"},
		"not there":      {nobody, imaptest.Password, exitUsage, "nothing answers at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("MAILBOX_PASSWORD", c.password)
			j := travel(t, "mbox:"+mbox, fmt.Sprintf("imap:%s@127.0.0.1:%d", imaptest.User, c.port))
			j.args = append(j.args, "--set", "to.security=none", "--set", "to.password=${MAILBOX_PASSWORD}")
			if r := inside(t, j.words("check")...); r.code != c.code || !strings.Contains(r.all(), c.says) {
				t.Errorf("exit code %d\n%s", r.code, r.all())
			}
		})
	}
}
