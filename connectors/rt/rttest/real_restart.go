//go:build integration

package rttest

import (
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// Restart ends the server, with kill -9 if it is to be hard, and starts it again at the
// same address, after being away for a while. It may be called from any goroutine.
func (s *Real) Restart(hard bool, away time.Duration) error {
	at, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	sh := Script(s.t)
	if !hard {
		if _, err := s.tryRun(sh, "stop", s.dir); err != nil {
			return err
		}
	} else if err := s.killAll(); err != nil {
		return err
	}
	time.Sleep(away)
	_, err = s.tryRun(sh, "start", s.dir, at.Port())
	return err
}

// killAll kills the server's processes and waits until none is left.
func (s *Real) killAll() error {
	first := s.pid()
	if first == 0 {
		return fmt.Errorf("the server in %s is not there any more", s.dir)
	}
	all := append(group(first), first)
	s.kill()
	for range 1000 {
		if !slices.ContainsFunc(all, func(pid int) bool { return runs(strconv.Itoa(pid)) }) {
			return nil
		}
		_ = syscall.Kill(-first, syscall.SIGKILL)
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("the server in %s cannot be killed", s.dir)
}

// Rows asks the server's database, behind its back; the answer is JSON.
func (s *Real) Rows(query string) ([]byte, error) {
	return exec.CommandContext(s.t.Context(), "sqlite3", "-readonly", "-json", "-cmd", ".timeout 20000", filepath.Join(s.dir, "rt.sqlite"), query).Output()
}
