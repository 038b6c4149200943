//go:build integration

package rttest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const roomPrefix = "deskhaul-rt-"

// newRoom is the folder of a process's servers: in memory if there is such a place,
// for RT waits for the disk at every write. Whatever ends the process ends them too.
func newRoom(t *testing.T) string {
	t.Helper()
	base := "/tmp"
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		base = "/dev/shm"
	}
	sweep(base)
	room, err := os.MkdirTemp(base, fmt.Sprintf("%s%d-", roomPrefix, os.Getpid())) //nolint:usetesting // it outlives the test
	if err == nil {
		err = guard(room)
	}
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// guardian waits until its input ends, which it does when nobody has the other end of
// the pipe any more, and then kills the servers of a folder and removes it.
const guardian = `cat >/dev/null; trap '' HUP TERM INT
for f in "$1"/*/run/rt.pid; do [ ! -s "$f" ] || kill -9 -- "-$(cat "$f")"; done 2>/dev/null
rm -rf "$1"`

// guard starts a guardian in a session of its own: a test that is cut off is often
// cut off with all of its group.
func guard(room string) error {
	ours, its, err := pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command("bash", "-c", guardian, "guardian", room) //nolint:noctx // it outlives us
	cmd.Stdin, cmd.SysProcAttr = its, &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	guards = append(guards, ours) // open until the process ends
	return errors.Join(err, its.Close())
}

var guards []io.Closer

func pipe() (ours, its *os.File, err error) {
	its, ours, err = os.Pipe()
	return ours, its, err
}

// sweep removes what is older than an hour and whose process is not there any more:
// that which no guardian came to remove.
func sweep(base string) {
	rooms, err := filepath.Glob(filepath.Join(base, roomPrefix+"*"))
	if err != nil {
		return
	}
	for _, room := range rooms {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(room), roomPrefix), "-")
		info, err := os.Stat(room)
		if err != nil || time.Since(info.ModTime()) < time.Hour || runs(pid) {
			continue
		}
		dirs, _ := filepath.Glob(filepath.Join(room, "*")) // the pattern is a good one
		for _, dir := range dirs {
			(&Real{dir: dir}).kill()
		}
		_ = os.RemoveAll(room)
	}
}

// runs tells whether there is a process of the number.
func runs(pid string) bool {
	n, err := strconv.Atoi(pid)
	return err == nil && n > 1 && !errors.Is(syscall.Kill(n, 0), syscall.ESRCH)
}

// kill ends a server whose data nobody needs any more. It leads a group of its own.
func (s *Real) kill() {
	if pid := s.pid(); pid != 0 {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
	_ = os.Remove(s.pidFile())
}

func (s *Real) pidFile() string { return filepath.Join(s.dir, "run", "rt.pid") }

// pid is the number of the server's first process; 0 if it does not run. Another
// process may have the number by now: the server's writes into the server's log.
func (s *Real) pid() int {
	b, err := os.ReadFile(s.pidFile())
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid < 2 {
		return 0
	}
	log, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/1", pid))
	if err != nil || !strings.HasPrefix(log, s.dir) {
		return 0
	}
	return pid
}
