package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/deskhaul/deskhaul/connectors"
)

// Vault keeps what logins gave: in the system's keyring, or where there is none (a
// server, a container) in a file of the project's hidden folder that only its owner may
// read. What is in the file is looked for there first, so that a run without a keyring
// finds what was put there on purpose.
type Vault struct {
	file string
	ring ring
}

// vaultFile is the name of the file.
const vaultFile = "logins.json"

// Vault is the project's. With inFile nothing is put into the keyring.
func (p *Project) Vault(inFile bool) *Vault {
	v := &Vault{file: filepath.Join(p.Hidden(), vaultFile), ring: systemRing()}
	if inFile {
		v.ring = nil
	}
	return v
}

// Get implements connectors.Vault.
func (v *Vault) Get(ctx context.Context, name string) (connectors.Secret, error) {
	held, err := v.read()
	if err != nil {
		return "", err
	}
	if s, ok := held[name]; ok || v.ring == nil {
		return connectors.Secret(s), nil
	}
	s, err := v.ring.get(ctx, name)
	if errors.Is(err, errNoRing) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the login %s is to be in the system's keyring, which does not answer: %w – unlock it, or run \"deskhaul login --file\"", name, err)
	}
	return connectors.Secret(s), nil
}

// Put implements connectors.Vault. What lies in the file stays there.
func (v *Vault) Put(ctx context.Context, name string, s connectors.Secret) (where string, err error) {
	held, err := v.read()
	if err != nil {
		return "", err
	}
	if _, ok := held[name]; !ok && v.ring != nil {
		err := v.ring.set(ctx, name, s.Reveal())
		if err == nil {
			return "the system's keyring", nil
		}
		if !errors.Is(err, errNoRing) {
			where = fmt.Sprintf(" (the system's keyring refused: %v)", err)
		}
	}
	return v.file + ", which only you may read" + where, v.change(ctx, func(held map[string]string) { held[name] = s.Reveal() })
}

// fileLocks has a lock for each file of logins in this process, where every system has a
// vault of its own.
var fileLocks sync.Map // of *sync.Mutex

// lockTime is how long others may take to change the file.
const lockTime = 10 * time.Second

// change reads the file, changes it and writes it. Nobody else does meanwhile, in this
// process or another: what one kept the other would throw away.
func (v *Vault) change(ctx context.Context, do func(map[string]string)) (err error) {
	mu, _ := fileLocks.LoadOrStore(v.file, new(sync.Mutex))
	mu.(*sync.Mutex).Lock()
	defer mu.(*sync.Mutex).Unlock()
	if err := os.MkdirAll(filepath.Dir(v.file), 0o700); err != nil {
		return fmt.Errorf("keep the login: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockTime)
	defer cancel()
	lock := flock.New(v.file+".lock", flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, lockEvery); err != nil {
		return fmt.Errorf("keep the login: %s is held by another deskhaul: %w – wait for it to end, or stop it", lock.Path(), err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	held, err := v.read()
	if err != nil {
		return err
	}
	do(held)
	return v.write(held)
}

func (v *Vault) read() (map[string]string, error) {
	held := map[string]string{}
	b, err := os.ReadFile(v.file)
	if errors.Is(err, fs.ErrNotExist) {
		return held, nil
	}
	if err == nil && json.Unmarshal(b, &held) != nil {
		err = fmt.Errorf("%s is no file of logins: move it away, and log in again", v.file)
	}
	return held, err
}

func (v *Vault) write(held map[string]string) error {
	b, err := json.Marshal(held)
	if err != nil {
		return err
	}
	return replaceFile(v.file, append(b, '\n'))
}
