package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A mailbox that does not let us in, or is not there, is no target for a run nor for check.
func TestCheckLogsInToATargetMailbox(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 2); err != nil {
		t.Fatal(err)
	}
	s := imaptest.New(t, imaptest.Options{})
	const nobody = 1 // where no server listens any more
	for name, c := range map[string]struct {
		port     int
		password string
		code     int
		says     string
	}{
		"good":           {s.Port, "${TOKEN_IMAP}", exitDone, "Tickets without a category go into"},
		"wrong password": {s.Port, "${TOKEN_WRONG}", exitUsage, "look at user and password"},
		"not there":      {nobody, "${TOKEN_IMAP}", exitUsage, "nothing answers at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := travel(t, "mbox:"+mbox, fmt.Sprintf("imap:%s@127.0.0.1:%d", imaptest.User, c.port))
			j.args = append(j.args, "--set", "to.security=none", "--set", "to.password="+c.password)
			if r := inside(t, j.words("check")...); r.code != c.code || !strings.Contains(r.all(), c.says) {
				t.Errorf("exit code %d\n%s", r.code, r.all())
			}
		})
	}
}
