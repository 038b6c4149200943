package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/project"
)

// What a plan writes of customers for a while is gone when it has ended, and when it was
// killed, with the next one; whether there is a project already or not. One that is at
// work keeps its own.
func TestNothingIsLeftInTemporaryFolders(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 599); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "project")
	plan := func() *exec.Cmd {
		c := deskhaul(t, "plan", "--quiet", "--from", "mbox:"+mbox, "--to", "jsonl:"+filepath.Join(dir, "out.jsonl"), folder)
		c.Env = append(c.Environ(), "TMPDIR="+temp)
		return c
	}
	p := &project.Project{Folder: folder}
	for _, begun := range []bool{false, true} {
		base := temp
		if begun {
			if err := p.Prepare(); err != nil {
				t.Fatal(err)
			}
			base = p.Temp()
		}
		killedWith(t, plan(), base)
		if len(inTemp(t, base)) == 0 {
			t.Fatal("the killed plan left nothing: the test tests nothing")
		}
		if out, err := plan().CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, base := range []string{temp, filepath.Join(folder, ".deskhaul", "temp")} {
			if left := inTemp(t, base); len(left) > 0 {
				t.Errorf("begun: %t, left in %s: %q", begun, base, left)
			}
		}
	}
}

// killedWith kills a command as soon as it has something in a folder.
func killedWith(t *testing.T, c *exec.Cmd, base string) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if found, _ := filepath.Glob(filepath.Join(base, "*", "*.db")); len(found) > 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
}

func inTemp(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), nookPrefix) {
			names = append(names, e.Name())
		}
	}
	return names
}

// A run empties the project's folder of temporary files, and leaves alone what those have
// there who plan beside it; nobody takes away what is not ours.
func TestNooksOfTheLivingStay(t *testing.T) {
	p := &project.Project{Folder: t.TempDir()}
	if err := p.Prepare(); err != nil {
		t.Fatal(err)
	}
	alive, err := newNook(p)
	if err != nil {
		t.Fatal(err)
	}
	dead, err := newNook(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := dead.lock.Close(); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(p.Temp(), nookPrefix+"notes")
	add(t, filepath.Join(p.Temp(), "mail-1"), "spooled")
	if err := os.Mkdir(foreign, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := sweep(p.Temp()); err != nil {
		t.Fatal(err)
	}
	for path, stays := range map[string]bool{alive.dir: true, foreign: true, dead.dir: false, filepath.Join(p.Temp(), "mail-1"): false} {
		if _, err := os.Stat(path); (err == nil) != stays {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := alive.close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(alive.dir); err == nil {
		t.Error("it is not gone when it is closed")
	}
}
