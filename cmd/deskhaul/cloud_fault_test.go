//go:build integration

package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Servers that refuse, break off, and act without answering, and a process that is
// killed: in the end everything is there once, and nobody was e-mailed.
func TestHelpdesksInBadWeather(t *testing.T) {
	for name, start := range map[string][2]func(*testing.T) *cloud{
		"zendesk to freshdesk": {aZendesk, aFreshdesk}, "freshdesk to zendesk": {aFreshdesk, aZendesk},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 149); err != nil {
				t.Fatal(err)
			}
			old, next := start[0](t), start[1](t)
			w := newWeather(t)
			old.storm(w)
			next.storm(w)
			weathered(t, w, travel(t, "mbox:"+mbox, old).fromMailbox())
			j := travel(t, old, next)
			weathered(t, w, j)
			ids := old.ids(t)
			old.answer(t, ids["Case 1"], 1001)
			old.note(t, ids["Case 1"], 1002)
			old.open(t, "Case new", 1003)
			weathered(t, w, j)
			if d := cmp.Diff(old.read(t), next.read(t)); d != "" {
				t.Error(d)
			}
			for _, c := range []*cloud{old, next} {
				if mails := c.outbox(); len(mails) > 0 {
					t.Errorf("%s sent %d e-mails, such as %s", c.connector, len(mails), mails[0])
				}
			}
			if w.hits.Load() < 5 {
				t.Errorf("only %d requests went wrong: that says nothing", w.hits.Load())
			}
			t.Logf("%d requests went wrong", w.hits.Load())
		})
	}
}

// weathered makes a journey in bad weather, killed once, until nothing is left to do.
func weathered(t *testing.T, w *weather, j *journey) {
	t.Helper()
	w.bad.Store(true)
	defer w.bad.Store(false)
	c := j.command(t, "migrate")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(700*time.Millisecond, func() { _ = c.Process.Kill() })
	_ = c.Wait()
	timer.Stop()
	said := ""
	for try := range 12 {
		w.bad.Store(try < 10)
		c := j.command(t, "retry")
		if try%2 == 0 {
			c = j.command(t, "migrate")
		}
		out, err := c.CombinedOutput()
		if err == nil && try > 0 {
			return
		}
		if code := c.ProcessState.ExitCode(); code != exitDone && code != exitError && code != exitQuarantine {
			t.Fatalf("exit code %d: %v\n%s", code, err, out)
		}
		said = fmt.Sprintf("%v\n%s", err, out)
		time.Sleep(time.Second)
	}
	t.Fatalf("it never came to an end: %s", said)
}
