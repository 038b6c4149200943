package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
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

// A target that cannot be opened is told as the target, and not as the source.
func TestTargetThatCannotBeOpened(t *testing.T) {
	far := &cloud{connector: "rt", url: "https://rt.test", token: rttest.Token, settings: []string{"quiet=scrips", "ca=" + filepath.Join(t.TempDir(), "none.pem")}}
	j := travel(t, "jsonl:"+filepath.Join(t.TempDir(), "none.jsonl"), far)
	if err := os.WriteFile(strings.TrimPrefix(j.args[slices.Index(j.args, "--from")+1], "jsonl:"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := j.command(t, "check").Output()
	var got checked
	if err == nil || json.Unmarshal(out, &got) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, sys := range got.Systems {
		if (sys.Error != "") != (sys.Side == "target" && sys.Connector == "rt") {
			t.Errorf("%+v", sys)
		}
	}
}
