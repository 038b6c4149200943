//go:build integration

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The quickstart and a real mailing list are moved into a real Request Tracker by a
// process that is killed again and again; what is read back from there is what the
// archives hold, once, and RT has written no e-mail.
func TestMovesIntoRequestTracker(t *testing.T) {
	t.Cleanup(rttest.Forget)
	s := rttest.StartReal(t)
	t.Setenv("RT_TOKEN", s.Token)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	var want []string
	for name, folder := range map[string]string{"quickstart": quickstartProject(t), "usrp-2019": usrpProject(t)} {
		add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf("targets:\n  rt:\n    connector: rt\n    url: %s\n    token: ${RT_TOKEN}\n    quiet: scrips\n", s.URL))
		began := time.Now()
		kills := killed8(t, rng, folder)
		untilDone(t, folder) // what waits for a contact that was in doubt may wait for the next run
		t.Logf("%s: %d kills, done in %s", name, kills, time.Since(began).Round(time.Second))
		if kills < leastKills {
			t.Errorf("%s was over before it could be killed", name)
		}
		want = append(want, ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "want.jsonl"), folder)...)
	}
	back := t.TempDir()
	add(t, filepath.Join(back, "deskhaul.yaml"), fmt.Sprintf("project: back\nsources:\n  rt:\n    connector: rt\n    url: %s\n    token: ${RT_TOKEN}\n", s.URL))
	if out, err := deskhaul(t, "migrate", "--quiet", back).CombinedOutput(); err != nil {
		t.Fatalf("read back: %v\n%s", err, out)
	}
	got := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "got.jsonl"), back)
	slices.Sort(want)
	slices.Sort(got)
	t.Logf("%d tickets", len(want))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Request Tracker does not hold what was moved (-want +got):\n%.6000s", d)
	}
	if mails := s.Mails(); len(mails) > 0 {
		t.Errorf("RT wrote %d e-mails", len(mails))
	}
}

// killed8 runs migrate and kills it, up to eight times, each after a while that is
// random, and returns how often it did so before all was moved.
func killed8(t *testing.T, rng *rand.Rand, folder string) (kills int) {
	t.Helper()
	for range 8 {
		c := deskhaul(t, "migrate", "--quiet", folder)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Second+time.Duration(rng.Int64N(int64(7*time.Second))), func() { _ = c.Process.Kill() })
		err := c.Wait()
		timer.Stop()
		if err == nil {
			return kills
		}
		if killed(err) {
			kills++
		}
	}
	return kills
}

// usrpMails is how many mails of the list are moved: RT takes a few in a second.
const usrpMails = 40

func usrpProject(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	all, err := os.ReadFile("../../../shared/data/usrp-2019/usrp-2019.mbox")
	if err != nil {
		t.Skip("the mailing list is not there")
	}
	mails := bytes.SplitAfterN(all, []byte("\n\nFrom "), usrpMails+1)
	part := bytes.TrimSuffix(bytes.Join(mails[:min(usrpMails, len(mails))], nil), []byte("From "))
	if err := os.WriteFile(filepath.Join(folder, "usrp.mbox"), part, 0o600); err != nil {
		t.Fatal(err)
	}
	add(t, filepath.Join(folder, "deskhaul.yaml"), "project: usrp\nsources:\n  list:\n    connector: mbox\n    path: usrp.mbox\n")
	return folder
}
