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

	"github.com/deskhaul/deskhaul/connectors"
)

// Vault keeps what logins gave: in the system's keyring, or where there is none (a
// server, a container) in a file of the project's hidden folder that only its owner may
// read. What is in the file is looked for there first, so that a run without a keyring
// finds what was put there on purpose.
type Vault struct {
	file string
	ring ring
	mu   sync.Mutex
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
	v.mu.Lock()
	defer v.mu.Unlock()
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
	v.mu.Lock()
	defer v.mu.Unlock()
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
	held[name] = s.Reveal()
	return v.file + ", which only you may read" + where, v.write(held)
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
	if err := os.MkdirAll(filepath.Dir(v.file), 0o700); err != nil {
		return fmt.Errorf("keep the login: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(v.file), ".login-*") // 0600
	if err != nil {
		return fmt.Errorf("keep the login: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), v.file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep the login: %w", err), os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(v.file))
}
