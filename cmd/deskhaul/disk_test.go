//go:build integration && linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A full disk stops the run with one clear sentence; with room again, the same
// command goes on: nothing lost, nothing twice.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	small := filepath.Join(dir, "small")
	if err := os.Mkdir(small, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", small).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 2999); err != nil {
		t.Fatal(err)
	}
	migrate := func(where string) ([]byte, int) {
		c := deskhaul(t, "migrate", "--quiet", "--from", "mbox:"+mbox, "--to", "jsonl:"+filepath.Join(where, "all.jsonl"),
			"--set", "from.agents.domains=desk.test", where)
		out, _ := c.CombinedOutput()
		return out, c.ProcessState.ExitCode()
	}
	calm := filepath.Join(dir, "calm")
	if err := os.Mkdir(calm, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, code := migrate(calm); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	full := 0
	for _, size := range []string{"", "2m", "3m", "5m", "7m", "9m", "12m", "200m"} {
		if size != "" {
			if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,size="+size, small).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
		out, code := migrate(small)
		if code == exitDone {
			break
		}
		full++
		t.Logf("size %s: exit code %d: %s", size, code, out)
		if code != exitError || !bytes.Contains(out, []byte("space")) || bytes.Contains(out, []byte("goroutine")) {
			t.Errorf("exit code %d and no word of what to do:\n%s", code, out)
		}
	}
	if full < 2 {
		t.Errorf("the disk was full %d times only", full)
	}
	if d := cmp.Diff(lines(t, filepath.Join(calm, "all.jsonl")), lines(t, filepath.Join(small, "all.jsonl"))); d != "" {
		t.Fatal(d)
	}
}
