package main

import (
	"bytes"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// What a run refuses, check refuses: a Request Tracker without the fields for our marks.
func TestCheckRefusesWhatARunRefuses(t *testing.T) {
	s := rttest.New()
	s.Mark = ""
	far := &cloud{connector: "rt", url: s.Start(t.Cleanup), token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}}
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 4); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	for verb, code := range map[string]int{"check": exitUsage, "migrate": exitError} {
		var errs bytes.Buffer
		c := j.command(t, verb)
		out := new(bytes.Buffer)
		c.Stdout, c.Stderr = out, &errs
		_ = c.Run()
		if got := c.ProcessState.ExitCode(); got != code || !strings.Contains(out.String()+errs.String(), `custom field`) {
			t.Errorf("%s: exit code %d\n%s%s", verb, got, out, &errs)
		}
	}
}

// A helpdesk that is not there is told of at once, and not when the last attempt failed.
func TestHelpdeskThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	far := &cloud{connector: "rt", url: "http://" + host, token: rttest.Token, settings: []string{"retries=1"}}
	j := travel(t, far, "archive:")
	for _, verb := range []string{"check", "migrate"} {
		var errs bytes.Buffer
		c := j.command(t, verb)
		c.Stderr = &errs
		_ = c.Run()
		said := errs.String()
		if want := host + " cannot be reached (connect: connection refused): trying again until about "; strings.Count(said, want) != 1 {
			t.Errorf("%s says %q", verb, said)
		}
		if strings.Contains(said, "\x1b") || c.ProcessState.ExitCode() == 0 {
			t.Errorf("%s: exit code %d: %q", verb, c.ProcessState.ExitCode(), said)
		}
	}
}
