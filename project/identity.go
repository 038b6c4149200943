package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"
)

// identityVersion is the version of the file's form.
const identityVersion = 1

// identity is .deskhaul/project.json: what has which UUID. Entries are never
// taken out, so that a source that comes back is known again.
type identity struct {
	Version int     `json:"version"`
	UUID    string  `json:"uuid"`
	Sources []entry `json:"sources"`
	Targets []entry `json:"targets"`
}

// entry is one system. Its account counts; its name is a label.
type entry struct {
	UUID      string `json:"uuid"`
	Name      string `json:"name"`
	Connector string `json:"connector"`
	Account   string `json:"account"` // as portable writes it
	// Beside is where the account lies as seen from the project's folder; "" if it
	// is within, or no path.
	Beside string `json:"beside,omitempty"`
	// Before are the accounts it had until it was said to have moved, oldest first.
	Before []string `json:"before,omitempty"`
}

// Identify gives the project and its systems their UUIDs: those of
// .deskhaul/project.json, new ones for what is new. With save set the file is
// written where something changed, and the caller holds the lock; without it new
// UUIDs are forgotten at the end.
//
// A system is known by its connector and account. Its name may change; where two
// systems share an account, the name tells them apart. An account that was moved
// together with the project's folder is the same, and so is one that Flags.Moved
// names. A source whose name points elsewhere than before is refused: the error
// is Unclear. A target is a new one then; notices tell it in sentences for the
// person. What was never used may point anywhere: used tells whether records went
// from or to the system of a UUID.
func (p *Project) Identify(save bool, used func(uuid string) (bool, error)) (notices []string, err error) {
	path := filepath.Join(p.Hidden(), "project.json")
	id, before, err := readIdentity(path)
	if err != nil {
		return nil, err
	}
	if id.UUID == "" {
		id.Version, id.UUID = identityVersion, newUUID()
	}
	p.UUID = id.UUID
	targets := p.Targets
	if p.Archive != nil {
		targets = append(slices.Clone(targets), p.Archive)
	}
	sources := &claims{Project: p, what: "source", list: &id.Sources, taken: map[int]bool{}, used: used}
	others := &claims{Project: p, what: "target", list: &id.Targets, taken: map[int]bool{}, used: used}
	if err := errors.Join(p.knowMoved(targets), sources.all(p.Sources), others.all(targets)); err != nil {
		return nil, err
	}
	after, err := json.MarshalIndent(id, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the project's identity: %w", err)
	}
	if save && string(after)+"\n" != string(before) {
		if err := p.Prepare(); err != nil {
			return nil, err
		}
		err = replaceFile(path, append(after, '\n'))
	}
	return others.notices, err
}

func newUUID() string { return uuid.NewString() }

// Named tells whether the project's identity has been written.
func (p *Project) Named() bool {
	_, err := os.Lstat(filepath.Join(p.Hidden(), "project.json"))
	return !errors.Is(err, fs.ErrNotExist)
}

func readIdentity(path string) (id identity, src []byte, err error) {
	src, err = os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return id, nil, nil
	}
	if err == nil {
		err = json.Unmarshal(src, &id)
	}
	switch {
	case err != nil:
		return id, nil, fmt.Errorf("%s cannot be read: %w – it names every record that was moved: bring it back from a copy, do not delete it", path, err)
	case id.Version > identityVersion:
		return id, nil, fmt.Errorf("%s was written by a newer deskhaul (version %d, this one knows %d) – use that one", path, id.Version, identityVersion)
	case id.Version < 1 || id.UUID == "":
		return id, nil, fmt.Errorf("%s is damaged: it has no version or no uuid – bring it back from a copy, do not delete it", path)
	}
	return id, src, nil
}

// replaceFile writes a file that is its user's alone, so that after a crash either the old or the new one
// is there, whole.
func replaceFile(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o600), f.Sync())
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last. Not every system can sync a folder; where it
// cannot be opened for that, the rename stands as it is.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	_ = d.Sync()
	return d.Close()
}
