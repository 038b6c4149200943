package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/project"
)

// purpose is what a verb opens a project for.
type purpose int

const (
	toLook     purpose = iota // at what was done: no lock, no configuration
	toRehearse                // the same walk without the calls, on a copy: no lock
	toVerify                  // likewise; the copy is the verification's own
	toWrite                   // one process at a time
)

// session is an opened project.
type session struct {
	*app
	p       *project.Project
	purpose purpose
	lock    *project.Lock
	nook    *nook // for temporary files of who has no lock; nil: none yet
	store   checkpoints.Store
	folder  string            // as the user wrote it
	names   map[string]string // of a glance: what each UUID is called
	notices []string
	// overheard is what a plan has read of sources, by their UUIDs, while it is made.
	overheard map[string]*memory
	listing   *pageLists // for a page of what is planned or done; nil: none is asked for
	// requests are those sent so far.
	requests atomic.Int64
	// mailed tells that a target has sent somebody an e-mail over what was written.
	mailed atomic.Bool
}

// open reads the project and opens its ledger.
func (a *app) open(ctx context.Context, args []string, why purpose) (*session, error) {
	s := &session{app: a, purpose: why, folder: folder(args)}
	var err error
	s.p, err = project.Open(s.folder, project.Options{Specs: a.specs(), Flags: a.flags(), Getenv: a.getenv})
	if err != nil {
		return nil, configError(err)
	}
	if err := a.trace(s.p); err != nil {
		return nil, err
	}
	if err := s.enter(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// glance opens a project to look at what was done; it needs no configuration.
func (a *app) glance(ctx context.Context, args []string, do func(context.Context, *session) error) (err error) {
	s := &session{app: a, purpose: toLook, folder: folder(args)}
	if s.p, s.names, err = project.Glance(s.folder); err != nil {
		return configError(err)
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.store, err = s.look(ctx); err != nil {
		return err
	}
	return do(ctx, s)
}

// configError tells a mistake in what a person wrote from trouble with the disk.
func configError(err error) error {
	var bad *strict.Error
	var unclear project.Unclear
	if errors.As(err, &bad) || errors.As(err, &unclear) || errors.Is(err, project.ErrNoProject) {
		return usage(err)
	}
	return err
}

// enter takes the lock, names the systems and opens the ledger.
func (s *session) enter(ctx context.Context) (err error) {
	if s.purpose == toWrite {
		if s.lock, err = s.p.Lock(time.Now()); err != nil {
			return err
		}
		if err := sweep(s.p.Temp()); err != nil {
			return err
		}
	}
	if err := s.needNook(); err != nil {
		return err
	}
	switch s.purpose {
	case toWrite:
		s.store, err = checkpoints.Open(ctx, s.p.Ledger())
	case toVerify:
		s.store, err = s.look(ctx)
	case toLook, toRehearse:
		s.store, err = s.copied(ctx)
	}
	if err != nil {
		return err
	}
	if err := s.named(ctx); err != nil {
		return err
	}
	used := func(uuid string) (bool, error) { return s.used(ctx, uuid) }
	if s.notices, err = s.p.Identify(s.purpose == toWrite, used); err != nil {
		return configError(err)
	}
	for _, n := range s.notices {
		if s.purpose == toWrite { // a rehearsal ends with them, and nothing is late then
			fmt.Fprintf(s.stderr, "! %s\n", n) //nolint:errcheck // it is in the summary too
		}
	}
	return nil
}

// named refuses a ledger whose project has lost its identity.
func (s *session) named(ctx context.Context) error {
	pairs, err := s.store.Pairs(ctx)
	if err != nil || len(pairs) == 0 || s.p.Named() {
		return err
	}
	return usage(fmt.Errorf("%s is missing, and the ledger beside it is not: it names every record that was moved, and without it all would be moved a second time – bring it back from a copy",
		filepath.Join(s.p.Hidden(), "project.json")))
}

// used tells whether the ledger has a line of a source or target.
func (s *session) used(ctx context.Context, uuid string) (bool, error) {
	pairs, err := s.store.Pairs(ctx)
	if err != nil {
		return false, err
	}
	for _, pair := range pairs {
		if pair.Source != uuid && pair.Target != uuid {
			continue
		}
		l, err := s.store.Ledger(ctx, pair)
		if err != nil {
			return false, err
		}
		for _, err := range l.Rows(ctx, checkpoints.Query{}) {
			return err == nil, err
		}
	}
	return false, nil
}

// look opens the ledger for reading; where there is none yet, an empty one.
func (s *session) look(ctx context.Context) (checkpoints.Store, error) {
	store, err := checkpoints.Look(ctx, s.p.Ledger(), s.scratch)
	if errors.Is(err, fs.ErrNotExist) {
		return s.empty(ctx)
	}
	return store, err
}

// copied is a copy of the ledger for a dry run to write in.
func (s *session) copied(ctx context.Context) (checkpoints.Store, error) {
	store, err := checkpoints.Look(ctx, s.p.Ledger(), s.scratch)
	if errors.Is(err, fs.ErrNotExist) {
		return s.empty(ctx)
	}
	if err != nil {
		return nil, err
	}
	c, err := s.copyOf(ctx, store)
	return c, errors.Join(err, store.Close())
}

// empty is a ledger with nothing in it, for a while.
func (s *session) empty(ctx context.Context) (checkpoints.Store, error) {
	path, err := s.scratch()
	if err != nil {
		return nil, err
	}
	return checkpoints.Scratch(ctx, path)
}

// copyOf is a copy of a ledger, for a while.
func (s *session) copyOf(ctx context.Context, store checkpoints.Store) (checkpoints.Store, error) {
	path, err := s.scratch()
	if err != nil {
		return nil, err
	}
	return store.Copy(ctx, path)
}

// scratch names a file for a ledger that is not kept.
func (s *session) scratch() (string, error) {
	if err := s.needNook(); err != nil {
		return "", err
	}
	return filepath.Join(s.temp(), fmt.Sprintf("ledger-%d.db", time.Now().UnixNano())), nil
}

// needNook makes the nook of a session without the project's lock.
func (s *session) needNook() (err error) {
	if s.nook == nil && s.purpose != toWrite {
		s.nook, err = newNook(s.p)
	}
	return err
}

// temp is the folder for spooled files: the project's, of who has the lock.
func (s *session) temp() string {
	if s.nook != nil {
		return s.nook.dir
	}
	return s.p.Temp()
}

// sweep empties the folder of spooled files that a killed run left. Those who only look
// or plan have theirs there too.
func sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("clear the folder of temporary files: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), nookPrefix) {
			clearNook(filepath.Join(dir, e.Name()))
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("clear the folder of temporary files: %w", err)
		}
	}
	return nil
}

func (s *session) close() error {
	var err error
	if s.store != nil {
		err = s.store.Close()
	}
	err = errors.Join(err, s.nook.close())
	s.nook = nil
	if s.lock != nil {
		err = errors.Join(err, s.lock.Unlock())
	}
	return err
}
