package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/assess"
)

// weighed is the estimate for the ends of a journey.
func weighed(t *testing.T, j *journey, more ...string) *assess.Effort {
	t.Helper()
	r := inside(t, append(j.words("assess"), more...)...)
	var a assess.Assessment
	if err := json.Unmarshal(r.out.Bytes(), &a); err != nil || a.Effort == nil {
		t.Fatalf("assess: %v: %s", err, r.all())
	}
	return a.Effort
}

// callsOf runs a verb, and counts its calls.
func callsOf(t *testing.T, j *journey, verb string) int64 {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	r := inside(t, append(j.words(verb), "--trace", trace)...)
	if r.code != exitDone {
		t.Fatalf("%s: %s", verb, r.all())
	}
	b, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	return int64(bytes.Count(b, []byte{'\n'}))
}

// What an assessment says that a move will take in calls, it takes, to a third more or less.
func TestEstimatesComeTrue(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 299); err != nil {
		t.Fatal(err)
	}
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := start(t)
			in := travel(t, "mbox:"+mbox, far).fromMailbox()
			foreseen := weighed(t, in).Ways[0]
			near(t, "writing", foreseen.Calls, callsOf(t, in, "migrate"))
			out := travel(t, far, "archive:")
			near(t, "reading", foreseenOf(t, out), callsOf(t, out, "pull"))
		})
	}
}

// foreseenOf is the estimate of reading what a journey's source has.
func foreseenOf(t *testing.T, j *journey) int64 {
	t.Helper()
	ways := weighed(t, j).Ways
	if len(ways) != 1 || ways[0].Writes {
		t.Fatalf("%+v", ways)
	}
	return ways[0].Calls
}

func near(t *testing.T, what string, foreseen, made int64) {
	t.Helper()
	t.Logf("%s: foreseen %d, made %d", what, foreseen, made)
	if foreseen*3 < made*2 || foreseen*2 > made*3 {
		t.Errorf("%s: %d calls were foreseen, %d made", what, foreseen, made)
	}
}

// Who has no account yet names the system; one that there is not is told, with those there are.
func TestEstimateForANamedSystem(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 9); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, "archive:").fromMailbox()
	ways := weighed(t, j, "--for", "zendesk", "--for", "rt").Ways
	if len(ways) != 2 || len(ways[0].Times) < 3 || ways[0].Times[0].Takes <= 0 || len(ways[1].Times) != 1 {
		t.Errorf("%+v", ways)
	}
	for _, name := range []string{"mbox", "nosuch"} {
		if r := inside(t, append(j.words("assess"), "--for", name)...); r.code != exitUsage || !strings.Contains(r.all(), "zendesk, rt, freshdesk") {
			t.Errorf("%s: %d %s", name, r.code, r.all())
		}
	}
}
