//go:build integration && linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A full disk under the target alone: the ledger, which has room, must not believe
// what the target could not keep. With room again, the same command brings all.
func TestTargetDiskFull(t *testing.T) {
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 1999); err != nil {
		t.Fatal(err)
	}
	begun := filepath.Join(dir, "begun")
	moves(t, exitDone, "pull", "--from", "mbox:"+mbox, "--to", "archive:",
		"--set", "from.agents.domains=desk.test", begun)
	for _, connector := range []string{"jsonl", "mbox", "csv", "maildir"} {
		t.Run(connector, func(t *testing.T) {
			name := map[string]string{"jsonl": "all.jsonl", "mbox": "all.mbox"}[connector]
			if name == "" {
				name = "all"
			}
			disk := filepath.Join(t.TempDir(), "small")
			resize := mounted(t, disk, "400k")
			calm, small := filepath.Join(t.TempDir(), name), filepath.Join(disk, name)
			load := func(project, to string, code int) []byte {
				return moves(t, code, "load", "--from", "archive:", "--to", connector+":"+to, project)
			}
			copied := func() string {
				project := filepath.Join(t.TempDir(), "project")
				if err := os.CopyFS(project, os.DirFS(begun)); err != nil {
					t.Fatal(err)
				}
				return project
			}
			load(copied(), calm, exitDone)
			project := copied()
			if out := load(project, small, exitError); !bytes.Contains(out, []byte("space")) {
				t.Errorf("no word of the disk:\n%s", out)
			}
			resize("200m")
			load(project, small, exitDone)
			want, got := told(t, connector, calm), told(t, connector, small)
			if want != got || want[0] == 0 {
				t.Fatalf("the target has %v records and messages, want %v", got, want)
			}
		})
	}
}

// moves runs a verb and returns what it says.
func moves(t *testing.T, code int, args ...string) []byte {
	t.Helper()
	c := deskhaul(t, append([]string{args[0], "--quiet"}, args[1:]...)...)
	out, _ := c.CombinedOutput()
	if got := c.ProcessState.ExitCode(); got != code {
		t.Fatalf("%q: exit code %d, want %d\n%s", args, got, code, out)
	}
	return out
}

// mounted makes a small disk and returns what resizes it.
func mounted(t *testing.T, at, size string) (resize func(size string)) {
	t.Helper()
	if err := os.MkdirAll(at, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", at).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", at).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return func(size string) {
		if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,size="+size, at).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}

// told reads a target back and counts its records and their messages.
func told(t *testing.T, connector, path string) [2]int {
	t.Helper()
	dir := t.TempDir()
	all := filepath.Join(dir, "back.jsonl")
	moves(t, exitDone, "migrate", "--from", connector+":"+path, "--to", "jsonl:"+all, filepath.Join(dir, "project"))
	b, err := os.ReadFile(all)
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{bytes.Count(b, []byte("\n")), bytes.Count(b, []byte(`"at":`))}
}
