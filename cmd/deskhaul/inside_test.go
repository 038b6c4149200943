package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
)

// outsideTokens puts the tokens of the helpdesks where the command line looks for
// them, in this process and in those that it starts, and a mailbox's password: TOKEN_RT,
// and so on.
func outsideTokens() {
	for connector, token := range map[string]string{
		"rt": rttest.Token, "freshdesk": freshdesktest.New().Key, "zendesk": zendesktest.Token, "intercom": intercomtest.New().Token, "okdesk": okdesktest.New().Key, "znuny": znunytest.Password, "imap": imaptest.Password, "wrong": wrongToken,
	} {
		if err := os.Setenv("TOKEN_"+strings.ToUpper(connector), token); err != nil {
			panic(err)
		}
	}
}

// wrongToken is one that no helpdesk knows.
const wrongToken = "m1styped-t0ken"

// ran is what a command line said, and its exit code.
type ran struct {
	out, errs bytes.Buffer
	code      int
}

// all is what it said, wherever.
func (r *ran) all() string { return r.errs.String() + r.out.String() }

// inside runs a command line in this process. All of it is run but Main, which is a
// few lines: processes of their own are for what is killed, interrupted, pasted or
// told in scripts.
func inside(t *testing.T, args ...string) *ran {
	t.Helper()
	r := new(ran)
	a := &app{stdin: strings.NewReader(""), stdout: &r.out, stderr: &r.errs}
	r.code = a.run(t.Context(), args)
	return r
}

// wasKilled is the exit code of what did not exit.
const wasKilled = -1

// killedAfter runs a command line in a process of its own, which is killed if it lasts
// longer than patience.
func killedAfter(patience time.Duration) func(*testing.T, ...string) *ran {
	return func(t *testing.T, args ...string) *ran {
		t.Helper()
		r, c := new(ran), deskhaul(t, args...)
		c.Stdout, c.Stderr = &r.out, &r.errs
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
		_ = c.Wait()
		timer.Stop()
		r.code = c.ProcessState.ExitCode()
		return r
	}
}

// mustRun runs a command line in this process that must succeed, and returns what it
// prints.
func mustRun(t *testing.T, args ...string) []byte {
	t.Helper()
	r := inside(t, args...)
	if r.code != exitDone {
		t.Fatalf("%s: exit code %d\n%s", args[0], r.code, r.all())
	}
	return r.out.Bytes()
}
