package main

import (
	"bytes"
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
