package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// kill -9 at any instant, then the same command again: nothing lost, nothing
// twice, however often.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 1499); err != nil {
		t.Fatal(err)
	}
	args := func(project string) []string {
		folder := filepath.Join(dir, project)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		return []string{
			"migrate", "--quiet", "--json", "--from", "mbox:" + mbox, "--to", "jsonl:" + filepath.Join(folder, "all.jsonl"),
			"--set", "from.agents.domains=desk.test", folder,
		}
	}
	took := calmRun(t, args("calm"))
	project := killedOften(t, took, 12, args)
	if d := cmp.Diff(lines(t, filepath.Join(dir, "calm", "all.jsonl")), lines(t, filepath.Join(dir, project, "all.jsonl"))); d != "" {
		t.Fatalf("the killed run differs from the calm one: %s", d)
	}
}

// calmRun runs a command to its end and tells how long that took.
func calmRun(t *testing.T, args []string) time.Duration {
	t.Helper()
	began := time.Now()
	if out, err := deskhaul(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return time.Since(began)
}

// leastKills is how often a run must have been killed for its test to say anything.
const leastKills = 3

// killedOften moves a project whose runs are killed at random instants, at most so
// many times, and returns its name. Where the runs were over before enough kills
// came, it does so again with another project and less patience.
func killedOften(t *testing.T, took time.Duration, most int, args func(project string) []string) string {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d; a calm run takes %s", seed, took)
	longest := took / 3
	for try := range 6 {
		project := fmt.Sprint("killed", try)
		kills := killUntilDone(t, rng, longest, took, most, args(project))
		t.Logf("%s: %d kills", project, kills)
		if kills >= leastKills {
			return project
		}
		longest /= 2
	}
	t.Fatal("each run was over before it could be killed: give it more to do")
	return ""
}

// killUntilDone runs a command again and again, killing it after a random part of
// longest, until it ends by itself; after the last of the kills it is left alone.
func killUntilDone(t *testing.T, rng *rand.Rand, longest, took time.Duration, most int, args []string) (kills int) {
	t.Helper()
	for {
		c := deskhaul(t, args...)
		var out bytes.Buffer
		c.Stdout, c.Stderr = &out, &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		patience := time.Duration(rng.Int64N(int64(longest) + 1))
		if kills >= most {
			patience = 20*took + time.Minute
		}
		timer := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
		err := c.Wait()
		timer.Stop()
		switch {
		case err == nil:
			return kills
		case !killed(err):
			t.Fatalf("after %d kills: %v\n%s", kills, err, out.String())
		case kills >= most:
			t.Fatal("it never ends")
		}
		kills++
	}
}

func killed(err error) bool {
	var e *exec.ExitError
	if !errors.As(err, &e) {
		return false
	}
	status, ok := e.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

// Ctrl-C finishes the calls under way, saves, and says how to go on.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for n := 3000; n <= 100_000; n *= 3 {
		if interrupted(t, n) {
			return
		}
		t.Logf("a run of %d mails was over before the signal came", n)
	}
	t.Fatal("each run was over before the signal came: give it more to do")
}

// interrupted interrupts a run over n mails and lets the next one finish it. It
// returns false if the run was over first.
func interrupted(t *testing.T, n int) bool {
	t.Helper()
	dir := t.TempDir()
	mbox, project := filepath.Join(dir, "support.mbox"), filepath.Join(dir, "project")
	if err := appendMails(mbox, 0, n-1); err != nil {
		t.Fatal(err)
	}
	args := []string{"migrate", "--from", "mbox:" + mbox, "--to", "archive:", project}
	c := deskhaul(t, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(project, ".deskhaul", "archive", "archive.db"))
	signalled := c.Process.Signal(os.Interrupt)
	if err := c.Wait(); err == nil || signalled != nil {
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		return false
	}
	if c.ProcessState.ExitCode() != exitInterrupted {
		t.Fatalf("exit code %d, want %d\n%s", c.ProcessState.ExitCode(), exitInterrupted, out.String())
	}
	for _, want := range []string{"Stopping", "goes on from here", "deskhaul migrate --from mbox:"} {
		if !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
	if again, err := deskhaul(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, again)
	}
	status, err := deskhaul(t, "status", project).Output()
	if err != nil || !bytes.Contains(status, []byte(report.Number(int64(n))+" moved")) {
		t.Fatalf("%v\n%s", err, status)
	}
	return true
}

// waitFor waits until a file is there.
func waitFor(t *testing.T, path string) {
	t.Helper()
	for range 30_000 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%s never came", path)
}

// lines reads records as lines, without what differs from project to project, in
// an order of their own.
func lines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	var out []string
	in := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 {
			break
		}
		r, bad := desk.Unmarshal(line)
		if bad != nil {
			t.Fatalf("%s: %v", path, bad)
		}
		m := r.About()
		m.Mark, m.Version = "", ""
		if tk, ok := r.(*desk.Ticket); ok {
			for i := range tk.Messages {
				tk.Messages[i].Mark = ""
			}
		}
		b, bad := json.Marshal(r)
		if bad != nil {
			t.Fatal(bad)
		}
		out = append(out, string(r.Kind())+" "+string(b))
		if err != nil {
			break
		}
	}
	slices.Sort(out)
	return out
}

// Two runs at once on one project: the second is refused, and told by whom. The
// first reads standard input, and so lasts until that is closed.
func TestLocked(t *testing.T) {
	t.Parallel()
	project := filepath.Join(t.TempDir(), "project")
	args := []string{"pull", "--quiet", "--from", "jsonl:-", project}
	first := deskhaul(t, args...)
	open, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(project, ".deskhaul", "archive", "archive.db"))
	second := deskhaul(t, args...)
	out, err := second.CombinedOutput()
	if err == nil || second.ProcessState.ExitCode() != exitError {
		t.Errorf("exit code %d\n%s", second.ProcessState.ExitCode(), out)
	}
	pid := []byte("process " + strconv.Itoa(first.Process.Pid))
	if !bytes.Contains(out, pid) || !bytes.Contains(out, []byte("started 20")) {
		t.Errorf("it does not name %s and when it started:\n%s", pid, out)
	}
	if err := errors.Join(open.Close(), first.Wait()); err != nil {
		t.Error(err)
	}
}
