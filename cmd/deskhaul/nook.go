package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/deskhaul/deskhaul/project"
)

// A nook is a folder for what one process writes for a while: copies of the ledger, and
// what the source said. A process that is killed cannot clear it away, so that the next
// one does. Whose process is alive is told by a lock, which ends with it; its number may
// be another's by then, or one of another container.
type nook struct {
	dir  string
	lock *flock.Flock
}

const (
	nookPrefix = "deskhaul-"
	nookLock   = "in-use.lock"
	nookTries  = 10
)

// newNook makes one: in the project's folder of temporary files where that is there and
// may be written to, else in the system's. It clears both of those of the dead.
func newNook(p *project.Project) (*nook, error) {
	clearNooks(os.TempDir())
	base := os.TempDir()
	if in, err := os.Stat(p.Temp()); err == nil && in.IsDir() && writable(p.Temp()) {
		clearNooks(p.Temp())
		base = p.Temp()
	}
	for range nookTries {
		n, err := nookIn(base)
		if n != nil || err != nil {
			return n, err
		}
	}
	return nil, fmt.Errorf("make a folder for temporary files in %s: others clear it away at once", base)
}

// nookIn makes one in a folder; nil where another process took it for one of the dead
// before it was locked.
func nookIn(base string) (*nook, error) {
	dir, err := os.MkdirTemp(base, fmt.Sprintf("%s%d-*", nookPrefix, os.Getpid())) // 0700
	if err != nil {
		return nil, fmt.Errorf("make a folder for temporary files: %w", err)
	}
	lock := flock.New(filepath.Join(dir, nookLock), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a folder for temporary files: %w", err), os.RemoveAll(dir))
	}
	if _, gone := os.Stat(lock.Path()); !ok || gone != nil {
		return nil, lock.Close()
	}
	return &nook{dir, lock}, nil
}

func (n *nook) close() error {
	if n == nil {
		return nil
	}
	// Where an open file cannot be removed, the lock goes last.
	first := os.RemoveAll(n.dir)
	err := n.lock.Close()
	if first != nil {
		err = errors.Join(err, os.RemoveAll(n.dir))
	}
	return err
}

// clearNooks clears a folder of nooks whose processes are gone. What cannot be cleared
// stands in nobody's way.
func clearNooks(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, nookPrefix+"*"))
	for _, dir := range dirs {
		clearNook(dir)
	}
}

// clearNook removes a nook whose process is gone. What anybody else has put into the
// system's folder is left alone.
func clearNook(dir string) {
	in, err := os.Lstat(dir)
	if err != nil || !in.IsDir() || !ourFile(in) {
		return
	}
	path := filepath.Join(dir, nookLock)
	if in, err = os.Lstat(path); err != nil || !in.Mode().IsRegular() {
		return
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	if ok, err := lock.TryLock(); !ok || err != nil {
		_ = lock.Close()
		return
	}
	_ = (&nook{dir, lock}).close()
}
