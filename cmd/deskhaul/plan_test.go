package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/report"
)

// A plan says what the run does after it, on each leg, though answers come before
// their questions: a late parent joins the ticket that stands.
func TestPlanSaysWhatTheRunDoes(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../testdata/quickstart/support.mbox")
	if err != nil {
		t.Fatal(err)
	}
	var mails [][]byte
	for rest := b; len(rest) > 0; {
		n := len(rest)
		if at := beginning.FindIndex(rest[1:]); at != nil {
			n = at[1] - len("From ") + 1
		}
		mails, rest = append(mails, rest[:n]), rest[n:]
	}
	if len(mails) < 200 {
		t.Fatalf("%d mails", len(mails))
	}
	rng := rand.New(rand.NewPCG(1, 0))
	rng.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
	for name, flags := range map[string][]string{"through the archive": nil, "straight": {"--set", "archive=none"}} {
		t.Run(name, func(t *testing.T) { plannedLikeRun(t, mails, flags) })
	}
}

var beginning = regexp.MustCompile(`\n\nFrom `)

// plannedLikeRun lets the mails come in four parts, and compares plan and run of
// each.
func plannedLikeRun(t *testing.T, mails [][]byte, flags []string) {
	t.Helper()
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	args := append([]string{
		"--json", "--quiet", "--from", "mbox:" + mbox, "--to", "jsonl:" + filepath.Join(dir, "all.jsonl"),
		"--set", "from.agents.domains=acme.example", dir,
	}, flags...)
	var sofar []byte
	appended := int64(0)
	for part := range 4 {
		n := len(mails)
		sofar = append(sofar, bytes.Join(mails[n*part/4:n*(part+1)/4], []byte("\n"))...)
		sofar = append(sofar, '\n')
		if err := os.WriteFile(mbox, sofar, 0o600); err != nil {
			t.Fatal(err)
		}
		var plan struct{ Hops []report.PlannedHop }
		var run struct{ Hops []report.Hop }
		printed(t, append([]string{"plan"}, args...), &plan)
		printed(t, append([]string{"migrate"}, args...), &run)
		for i, hop := range run.Hops {
			want := report.PlannedOf(hop.Kinds, 0, nil)
			for kind, got := range plan.Hops[i].Kinds {
				appended += got.Append
				if d := cmp.Diff(done(want[kind]), done(got)); d != "" {
					t.Errorf("part %d, %s → %s, %s (-run +plan):\n%s", part, hop.From, hop.To, kind, d)
				}
			}
		}
	}
	if appended == 0 {
		t.Error("no message went to a ticket that stood already")
	}
}

// done is what is done to records: a run does not count appended messages apart,
// and a plan looks at more records that stay as they are.
func done(p report.Planned) report.Planned {
	return report.Planned{Create: p.Create + p.Append, Adopt: p.Adopt, Update: p.Update, Skip: p.Skip, Hold: p.Hold, Refuse: p.Refuse}
}

// printed runs a command and reads the JSON that it prints.
func printed(t *testing.T, args []string, into any) {
	t.Helper()
	r := inside(t, args...)
	if r.code != exitDone && r.code != exitQuarantine {
		t.Fatalf("exit code %d\n%s", r.code, r.all())
	}
	if err := json.Unmarshal(r.out.Bytes(), into); err != nil {
		t.Fatalf("%v\n%s", err, r.all())
	}
}
