package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
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
		return []string{
			"migrate", "--quiet", "--json", "--from", "mbox:" + mbox, "--to", "jsonl:" + filepath.Join(dir, project, "all.jsonl"),
			"--set", "from.agents.domains=desk.test", filepath.Join(dir, project),
		}
	}
	calm := deskhaul(t, args("calm")...)
	for _, project := range []string{"calm", "killed"} {
		if err := os.Mkdir(filepath.Join(dir, project), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if out, err := calm.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(began)

	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d; a calm run takes %s", seed, took)
	kills := 0
	for done := false; !done; {
		c := deskhaul(t, args("killed")...)
		var out bytes.Buffer
		c.Stdout, c.Stderr = &out, &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		patience := took * 10 // in the end it is left alone
		if kills < 12 {
			patience = time.Duration(rng.Int64N(int64(took) / 3))
		}
		timer := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
		err := c.Wait()
		timer.Stop()
		switch {
		case err == nil:
			done = true
		case killed(err):
			kills++
		default:
			t.Fatalf("after %d kills: %v\n%s", kills, err, out.String())
		}
		if kills > 14 {
			t.Fatal("it never ends")
		}
	}
	t.Logf("%d kills", kills)
	if d := cmp.Diff(lines(t, filepath.Join(dir, "calm", "all.jsonl")), lines(t, filepath.Join(dir, "killed", "all.jsonl"))); d != "" {
		t.Fatalf("the killed run differs from the calm one: %s", d)
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
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 2999); err != nil {
		t.Fatal(err)
	}
	args := []string{"migrate", "--from", "mbox:" + mbox, "--to", "archive:", filepath.Join(dir, "project")}
	c := deskhaul(t, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "project", ".deskhaul", "archive", "archive.db"))
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err := c.Wait()
	if err == nil {
		t.Skip("the run was over before the signal came")
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
	status, err := deskhaul(t, "status", filepath.Join(dir, "project")).Output()
	if err != nil || !bytes.Contains(status, []byte("3,000 moved")) {
		t.Fatalf("%v\n%s", err, status)
	}
}

// waitFor waits until a file is there.
func waitFor(t *testing.T, path string) {
	t.Helper()
	for range 2000 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
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

// Two runs at once on one project: the second is refused, and told by whom.
func TestLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 4999); err != nil {
		t.Fatal(err)
	}
	args := []string{"pull", "--quiet", "--from", "mbox:" + mbox, filepath.Join(dir, "project")}
	first := deskhaul(t, args...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "project", ".deskhaul", "archive", "archive.db"))
	second := deskhaul(t, args...)
	out, err := second.CombinedOutput()
	if err == nil {
		t.Skip("the first run was over before the second began")
	}
	if second.ProcessState.ExitCode() != exitError {
		t.Errorf("exit code %d", second.ProcessState.ExitCode())
	}
	pid := []byte("process " + strconv.Itoa(first.Process.Pid))
	if !bytes.Contains(out, pid) || !bytes.Contains(out, []byte("started 20")) {
		t.Errorf("it does not name %s and when it started:\n%s", pid, out)
	}
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
}
