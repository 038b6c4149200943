package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/report"
)

// A verification that is killed with kill -9 again and again tells what one in a single
// piece does: every finding, count, total and figure.
func TestVerifyKilled(t *testing.T) {
	if rounds.Of(0, 0, 1) == 0 {
		t.Skip("with the build tag integration: it takes many tickets to be killed in the middle of them")
	}
	t.Parallel()
	dir := t.TempDir()
	mbox, far, folder := filepath.Join(dir, "support.mbox"), filepath.Join(dir, "all.jsonl"), filepath.Join(dir, "project")
	if err := appendMails(mbox, 0, 3999); err != nil {
		t.Fatal(err)
	}
	words := func(verb string, more ...string) []string {
		return append(append([]string{verb, "--from", "mbox:" + mbox, "--to", "jsonl:" + far, "--set", "from.agents.domains=desk.test"}, more...), folder)
	}
	mustRun(t, words("migrate", "--quiet")...)
	spoil(t, far)

	began := time.Now()
	calm := killedAfter(10*time.Minute)(t, words("verify", "--json", "--quiet", "--out", filepath.Join(dir, "calm.jsonl"))...)
	took := time.Since(began)
	want := verification(t, calm)
	if calm.code != exitDifference || want.Differences < 100 || len(want.Hops[0].Figures) < 3 {
		t.Fatalf("exit %d: %s", calm.code, want.Line)
	}

	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d; a calm one takes %s", seed, took)
	args := words("verify", "--json", "--out", filepath.Join(dir, "killed.jsonl"))
	wentOn, kills := 0, 0
	// Each life is a little longer than the one before: the first ones end before anything
	// is kept, and some of those behind them between two parts. Where the machine was busier
	// when the calm one was timed, none does: then shorter lives follow.
	for tries := 0; tries < 5 && wentOn == 0; tries++ {
		for patience := took / 4 >> tries; ; kills++ {
			patience += patience / 5
			r := killedAfter(patience*9/10+time.Duration(rng.Int64N(int64(patience/5)+1)))(t, args...)
			if strings.Contains(r.errs.String(), "Going on with the verification") && !strings.Contains(r.errs.String(), ": 0 tickets") {
				wentOn++
			}
			if r.code == wasKilled {
				continue
			}
			got := verification(t, r)
			if r.code != exitDifference || wentOn > 0 && !got.Resumed {
				t.Errorf("exit %d, resumed %t: %s", r.code, got.Resumed, r.all())
			}
			if d := cmp.Diff(want, got, cmpopts.IgnoreFields(report.Verification{}, "Began", "Resumed", "Seconds", "Requests", "HTML", "CSV")); d != "" {
				t.Error(d)
			}
			break
		}
	}
	t.Logf("%d kills, %d times it went on", kills, wentOn)
	if kills == 0 || wentOn == 0 {
		t.Errorf("%d kills, %d times it went on: nothing was tried", kills, wentOn)
	}
	for _, name := range []string{"calm.jsonl", "killed.jsonl"} {
		if b := mustRead(t, filepath.Join(dir, name)); int64(bytes.Count(b, []byte("\n"))) != want.Differences {
			t.Errorf("%s has %d lines of %d findings", name, bytes.Count(b, []byte("\n")), want.Differences)
		}
	}
	if d := cmp.Diff(string(mustRead(t, filepath.Join(dir, "calm.jsonl"))), string(mustRead(t, filepath.Join(dir, "killed.jsonl")))); d != "" {
		t.Error(d)
	}
	if left, err := filepath.Glob(filepath.Join(folder, ".deskhaul", "verify-*.db*")); err != nil || len(left) > 0 {
		t.Errorf("it left %q", left)
	}
}

// spoil changes words in many tickets of a file of records, which keeps its length.
func spoil(t *testing.T, path string) {
	t.Helper()
	lines := bytes.SplitAfter(mustRead(t, path), []byte("\n"))
	for i, line := range lines {
		if !bytes.Contains(line, []byte(`"kind":"ticket"`)) {
			continue
		}
		if i%3 == 0 {
			line = bytes.Replace(line, []byte("Case "), []byte("Cave "), 1)
		}
		if i%5 == 0 {
			line = bytes.Replace(line, []byte("Message "), []byte("Massage "), 1)
		}
		lines[i] = line
	}
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// verification is what --json said.
func verification(t *testing.T, r *ran) (v report.Verification) {
	t.Helper()
	if err := json.Unmarshal(r.out.Bytes(), &v); err != nil {
		t.Fatal(fmt.Errorf("%w: %s", err, r.all()))
	}
	return v
}
