package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/deskhaul/deskhaul/connectors"
)

// Lock is held by the one process that writes to a project. The operating system
// keeps it, so that it ends with the process, however that ends.
type Lock struct {
	flock *flock.Flock
}

// Held is the error of a project that another process works on.
type Held struct {
	PID     int       // 0 unknown
	Started time.Time // when that process took the lock
}

// Error says who holds the lock, and what to do.
func (h *Held) Error() string {
	who := ""
	if h.PID > 0 {
		who = fmt.Sprintf(" (process %d, started %s)", h.PID, h.Started.Local().Format(time.DateTime))
	}
	return "another deskhaul" + who + " is working on this project – wait for it to end, or stop it"
}

type holder struct {
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// runLock is the file of the lock of who writes.
const runLock = "lock"

// Lock prepares the folders and takes the lock, or returns a *Held within a second.
// Verbs that only read need none.
func (p *Project) Lock(now time.Time) (*Lock, error) { return p.lock(runLock, now) }

// LockVerification is held by the one process that verifies a project, beside others
// that write to it.
func (p *Project) LockVerification(now time.Time) (*Lock, error) { return p.lock("verify.lock", now) }

func (p *Project) lock(name string, now time.Time) (*Lock, error) {
	if err := p.Prepare(); err != nil {
		return nil, err
	}
	path := filepath.Join(p.Hidden(), name)
	f := flock.New(path, flock.SetPermissions(0o600))
	ok, err := patiently(f)
	if err != nil {
		return nil, connectors.StopIfFull(fmt.Errorf("lock the project: %w", err))
	}
	if !ok {
		return nil, readHolder(path)
	}
	b, err := json.Marshal(holder{os.Getpid(), now.UTC()})
	if err == nil {
		err = os.WriteFile(path, append(b, '\n'), 0o600)
	}
	if err != nil {
		return nil, errors.Join(connectors.StopIfFull(fmt.Errorf("write who holds the lock: %w", err)), f.Unlock())
	}
	if name == runLock {
		p.refreshSchema()
	}
	return &Lock{f}, nil
}

// Who only looks at a project asks for its lock for an instant (Working): who wants to
// work there tries again for a moment before it says that another does.
const (
	lockEvery  = 10 * time.Millisecond
	lockMoment = 500 * time.Millisecond
)

// patiently takes a lock, or tells that another holds it.
func patiently(f *flock.Flock) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lockMoment)
	defer cancel()
	ok, err := f.TryLockContext(ctx, lockEvery)
	if errors.Is(err, context.DeadlineExceeded) {
		return false, nil
	}
	return ok, err
}

// readHolder tells who holds the lock as far as the file says: its holder may be
// about to write it.
func readHolder(path string) *Held {
	b, err := os.ReadFile(path)
	var h holder
	if err != nil || json.Unmarshal(b, &h) != nil {
		return &Held{}
	}
	return &Held{PID: h.PID, Started: h.Started}
}

// Unlock gives the lock back. The file stays: removing it could take it from
// under a process that has just opened it.
func (l *Lock) Unlock() error {
	return errors.Join(os.Truncate(l.flock.Path(), 0), l.flock.Unlock())
}

// Working tells who works on the project now, nil if nobody does.
func (p *Project) Working() *Held {
	path := filepath.Join(p.Hidden(), "lock")
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	f := flock.New(path)
	if ok, err := f.TryRLock(); err != nil || ok {
		_ = f.Close() // it was only asked
		return nil
	}
	return readHolder(path)
}
