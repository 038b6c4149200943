//go:build integration

package rttest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// empty gives a server that was used the database of a new one. Its workers have the
// old one open: they are killed, and the first process makes others. This takes a
// tenth of the time that a start takes.
func (s *Real) empty() {
	s.t.Helper()
	if !s.used {
		return
	}
	s.killWorkers()
	first := filepath.Join(filepath.Dir(s.dir), "first")
	err := errors.Join(
		os.RemoveAll(filepath.Join(s.dir, "session")), os.Mkdir(filepath.Join(s.dir, "session"), 0o755),
		os.RemoveAll(s.outbox), os.Mkdir(s.outbox, 0o755), //nolint:gosec // RT writes there
		os.RemoveAll(filepath.Join(s.dir, "rt.sqlite-wal")), os.RemoveAll(filepath.Join(s.dir, "rt.sqlite-shm")),
		copyFile(filepath.Join(s.dir, "rt.sqlite"), filepath.Join(first, "rt.sqlite")),
	)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Do(http.MethodGet, "rt", nil) // it answers
}

// killWorkers kills the processes of the server's group but the first, waits until
// they are gone, and closes the lines that we have to them.
func (s *Real) killWorkers() {
	s.t.Helper()
	first := s.pid()
	if first == 0 {
		s.t.Fatal("Request Tracker is not there any more")
	}
	workers := group(first)
	for _, pid := range workers {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	for slices.ContainsFunc(group(first), func(pid int) bool { return slices.Contains(workers, pid) }) {
		time.Sleep(10 * time.Millisecond)
	}
	http.DefaultClient.CloseIdleConnections()
}

// group are the processes of a group but the first, those that have ended left out.
func group(first int) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is a good one
	for _, stat := range stats {
		b, err := os.ReadFile(stat)
		if err != nil {
			continue // it ended
		}
		_, rest, _ := strings.Cut(string(b), ") ") // PID (NAME) STATE PARENT GROUP …
		words := strings.Fields(rest)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat))) // it is digits
		if len(words) > 2 && words[2] == strconv.Itoa(first) && pid != first && words[0] != "Z" {
			pids = append(pids, pid)
		}
	}
	return pids
}

// copyFile puts a copy of a file in the place of another at once.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	out, err := os.Create(to + ".new")
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, in.Close(), out.Close(), os.Rename(to+".new", to))
}
