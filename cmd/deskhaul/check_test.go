package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
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
		if r := inside(t, j.words(verb)...); r.code != code || !strings.Contains(r.all(), `custom field`) {
			t.Errorf("%s: exit code %d\n%s", verb, r.code, r.all())
		}
	}
}

// A helpdesk that is not there is told of at once, and not when the last attempt failed.
func TestHelpdeskThatIsNotThere(t *testing.T) {
	t.Parallel()
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
		r := inside(t, j.words(verb)...)
		said := r.errs.String()
		if want := host + " cannot be reached (connect: connection refused): trying again until about "; strings.Count(said, want) != 1 {
			t.Errorf("%s says %q", verb, said)
		}
		if strings.Contains(said, "\x1b") || r.code == exitDone {
			t.Errorf("%s: exit code %d: %q", verb, r.code, said)
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
	r := inside(t, j.words("check")...)
	var got checked
	if r.code == exitDone || json.Unmarshal(r.out.Bytes(), &got) != nil {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	for _, sys := range got.Systems {
		if (sys.Error != "") != (sys.Side == "target" && sys.Connector == "rt") {
			t.Errorf("%+v", sys)
		}
	}
}

// What a look found to be loud is not called silent above it, and calls that are not made
// are one line.
func TestCheckDoesNotCallLoudSilent(t *testing.T) {
	yes := true
	said := func(proof connectors.Proof) string {
		var b strings.Builder
		checkedSystem{Silent: &yes, Silence: []checkedSilence{{Calls: "create ticket", Proof: proof, How: "Triggers are off."}}}.silences(&b)
		return b.String()
	}
	if got := said(loud); strings.Contains(got, "silent") || !strings.Contains(got, "NOT SO") {
		t.Error(got)
	}
	if got := said(connectors.Tested); !strings.Contains(got, "writes are silent") {
		t.Error(got)
	}
	h := &hop{to: &project.System{Spec: connectors.Spec{Silence: []connectors.Silence{
		{Call: "create agent", Only: "agents", How: "one"}, {Call: "update agent", Only: "agents", How: "two"},
	}}}}
	if got := h.silence(t.Context()); len(got) != 1 || got[0].Calls != "create agent, update agent" || got[0].Proof != unmade {
		t.Errorf("%+v", got)
	}
}

// One of a kind is said as one.
func TestCountsAreGrammatical(t *testing.T) {
	var b strings.Builder
	checkedSystem{Schema: connectors.Schema{Counts: map[desk.Kind]int64{desk.KindGroup: 1, desk.KindTicket: 2}}}.counts(&b)
	if got := strings.TrimSpace(b.String()); got != "1 group, 2 tickets" {
		t.Error(got)
	}
}
