package project

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// lockFor is set for a second process, which takes the lock of that folder.
const lockFor = "DESKHAUL_TEST_LOCK"

func TestMain(m *testing.M) {
	if dir := os.Getenv(lockFor); dir != "" {
		os.Exit(holdLock(dir))
	}
	if dir := os.Getenv(keepIn); dir != "" {
		if err := keepLogins(dir, os.Getenv(keepAs)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Who looks whether somebody works on a project keeps nobody from beginning to.
func TestLookingKeepsNobodyOut(t *testing.T) {
	p := &Project{Folder: t.TempDir()}
	l, err := p.Lock(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	looking := flock.New(l.flock.Path())
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
	if ok, err := looking.TryRLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	time.AfterFunc(lockMoment/10, func() { _ = looking.Close() })
	if l, err = p.Lock(time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := l.Unlock(); err != nil {
		t.Error(err)
	}
}

// holdLock takes the lock, says so, and holds it until standard input ends.
func holdLock(dir string) int {
	p := &Project{Folder: dir}
	if _, err := p.Lock(time.Date(2026, 11, 22, 20, 51, 3, 0, time.Local)); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("locked")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	return 0
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), lockFor+"="+dir)
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil || line != "locked\n" {
		t.Fatal(line, err)
	}
	p := &Project{Folder: dir}
	_, err = p.Lock(time.Now())
	var held *Held
	want := fmt.Sprintf("another deskhaul (process %d, started 2026-11-22 20:51:03) is working on this project – wait for it to end, or stop it", other.Process.Pid)
	if !errors.As(err, &held) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	// Killed, it cannot clean up: what it wrote stays, and must not stand in the way.
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait()
	_ = stdin.Close()
	if b, err := os.ReadFile(filepath.Join(dir, hidden, "lock")); err != nil || !strings.Contains(string(b), "2026-11-22") {
		t.Error("the dead process left nothing behind, so that this test shows nothing", string(b), err)
	}
	lock, err := p.Lock(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(p.Hidden()); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info.Mode(), err)
	}
}

func TestHolderThatHasNotSaidItsName(t *testing.T) {
	p := &Project{Folder: t.TempDir()}
	lock, err := p.Lock(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(p.Hidden(), "lock"), 0); err != nil {
		t.Fatal(err)
	}
	_, err = p.Lock(time.Now())
	if err == nil || err.Error() != "another deskhaul is working on this project – wait for it to end, or stop it" {
		t.Error(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}
