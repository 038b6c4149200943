package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	Account   string `json:"account"` // $PROJECT stands for the project's folder
}

// Identify gives the project and its systems their UUIDs: those of
// .deskhaul/project.json, new ones for what is new. With save set the file is
// written where something changed, and the caller holds the lock; without it new
// UUIDs are forgotten at the end.
//
// A system is known by its connector and account. Its name may change; where two
// systems share an account, the name tells them apart. Notices are sentences for
// the person: a name that points elsewhere than before is a new system.
func (p *Project) Identify(save bool) (notices []string, err error) {
	path := filepath.Join(p.Hidden(), "project.json")
	id, before, err := readIdentity(path)
	if err != nil {
		return nil, err
	}
	if id.UUID == "" {
		id.Version, id.UUID = identityVersion, uuid.NewString()
	}
	p.UUID = id.UUID
	var more []string
	if notices, err = p.claim(&id.Sources, p.Sources, "source"); err != nil {
		return nil, err
	}
	targets := p.Targets
	if p.Archive != nil {
		targets = append(slices.Clone(targets), p.Archive)
	}
	if more, err = p.claim(&id.Targets, targets, "target"); err != nil {
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
		err = replaceFile(path, append(after, '\n'), 0o600)
	}
	return append(notices, more...), err
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

// claim gives each system its entry, first where name and account are as before,
// then where only the account is, then a new one.
func (p *Project) claim(entries *[]entry, systems []*System, what string) (notices []string, err error) {
	claimed := map[int]bool{}
	take := func(s *System, i int) {
		claimed[i], s.UUID, (*entries)[i].Name = true, (*entries)[i].UUID, s.Name
	}
	for _, s := range systems {
		s.UUID = ""
		for i, e := range *entries {
			if !claimed[i] && e.Name == s.Name && e.Connector == s.Spec.Name && e.Account == p.portable(s.Account) {
				take(s, i)
				break
			}
		}
	}
	for _, s := range systems {
		if s.UUID != "" {
			continue
		}
		fits, elsewhere := p.fitting(*entries, claimed, s)
		switch {
		case len(fits) > 1:
			return nil, fmt.Errorf("%s %q points to %s, and so did %q and %q before – give it one of these names, so that its records are known again",
				what, s.Name, s.Account, (*entries)[fits[0]].Name, (*entries)[fits[1]].Name)
		case len(fits) == 1:
			take(s, fits[0])
			continue
		case elsewhere != "":
			notices = append(notices, fmt.Sprintf("%s %q pointed to %s before and points to %s now: it counts as another one – if it only moved, write its new place as its account in %s",
				what, s.Name, elsewhere, p.portable(s.Account), filepath.Join(hidden, "project.json")))
		}
		s.UUID = uuid.NewString()
		claimed[len(*entries)] = true
		*entries = append(*entries, entry{s.UUID, s.Name, s.Spec.Name, p.portable(s.Account)})
	}
	return notices, nil
}

// fitting lists the unclaimed entries with the account of s, and the account that
// an unclaimed entry of its name has.
func (p *Project) fitting(entries []entry, claimed map[int]bool, s *System) (fits []int, elsewhere string) {
	for i, e := range entries {
		switch {
		case claimed[i] || e.Connector != s.Spec.Name:
		case e.Account == p.portable(s.Account):
			fits = append(fits, i)
		case e.Name == s.Name:
			elsewhere = e.Account
		}
	}
	return fits, elsewhere
}

// portable writes an account so that it stays the same when the project's folder
// is moved with everything in it.
func (p *Project) portable(account string) string {
	sep := string(filepath.Separator)
	account = strings.ReplaceAll(account, p.Folder+sep, "$PROJECT"+sep)
	if rest, ok := strings.CutSuffix(account, p.Folder); ok {
		account = rest + "$PROJECT"
	}
	return account
}

// replaceFile writes a file so that after a crash either the old or the new one
// is there, whole.
func replaceFile(path string, b []byte, mode fs.FileMode) (err error) {
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
	err = errors.Join(err, f.Chmod(mode), f.Sync())
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
