package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// Files is a Shelf that keeps each mail in a file of its own. The file's name is
// made of the mail's mark and date, so that writing a mail again replaces it. A
// file is written under Temp and renamed; Sync makes what was renamed durable,
// many files at a time.
type Files struct {
	Root string
	End  string // of lines
	// Layout says where a mail goes: folder and name, relative to Root.
	Layout func(Slip) (folder, name string)
	// Make makes a folder, given relative to Root, and what belongs into it.
	Make func(root, folder string) error
	// Temp is the folder, relative to Root, for files that are not whole yet.
	Temp string
	// Find finds a file that a mail program has renamed (Maildir keeps flags in
	// names); nil where none does.
	Find func(path string) (string, error)

	mu      sync.Mutex
	made    map[string]bool
	pending []string // files renamed or removed and not synced
	lost    error    // a Sync failed: nothing since the one before is sure
}

// mostPending bounds how many files wait for Sync.
const mostPending = 4096

// Put writes one file.
func (s *Files) Put(ctx context.Context, slip Slip, write func(io.Writer) error) (string, error) {
	place, err := s.put(ctx, slip, write)
	return place, connectors.StopIfFull(err)
}

func (s *Files) put(ctx context.Context, slip Slip, write func(io.Writer) error) (string, error) {
	folder, name := s.Layout(slip)
	if err := s.folder(folder); err != nil {
		return "", err
	}
	place := filepath.ToSlash(filepath.Join(folder, name))
	if slip.Newer {
		if err := s.restore(place); err != nil {
			return "", err
		}
	}
	temp, err := s.writeTemp(slip, write)
	if err != nil {
		return "", err
	}
	if err := os.Rename(temp, s.path(place)); err != nil {
		return "", err
	}
	return place, s.wait(ctx, place)
}

// writeTemp writes a file under a name of its own: two calls may write one mail.
func (s *Files) writeTemp(slip Slip, write func(io.Writer) error) (string, error) {
	f, err := os.CreateTemp(filepath.Join(s.Root, s.Temp), tempPattern(slip.Name))
	if err != nil {
		return "", err
	}
	lines := Lines(f, s.End, nil)
	if err = write(lines); err == nil {
		err = lines.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chtimes(f.Name(), time.Time{}, slip.At)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func (s *Files) path(place string) string { return filepath.Join(s.Root, filepath.FromSlash(place)) }

// folder makes a folder once, the first time with the file that says whose
// mailbox this is.
func (s *Files) folder(folder string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made[folder] {
		return nil
	}
	if s.made == nil {
		if err := s.begin(); err != nil {
			return err
		}
		s.made = map[string]bool{}
	}
	if err := s.Make(s.Root, folder); err != nil {
		return err
	}
	s.made[folder] = true
	return nil
}

// begin makes the root, and marks it if no mail is in it yet: other people's
// mail in it must not be believed for our sake.
func (s *Files) begin() error {
	marker := filepath.Join(s.Root, stamp.MailboxFile)
	if err := os.MkdirAll(filepath.Join(s.Root, s.Temp), 0o700); err != nil {
		return err
	}
	if err := s.sweep(); err != nil {
		return err
	}
	if _, err := os.Stat(marker); err == nil {
		return nil
	}
	if found, err := anyFile(s.Root); found || err != nil {
		return err
	}
	return os.WriteFile(marker, []byte("deskhaul wrote this mailbox; its X-Deskhaul fields are believed when it is read back.\n"), 0o600)
}

// anyFile tells whether there is a file anywhere in the folder.
func anyFile(root string) (bool, error) {
	found := false
	err := filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found, err = true, fs.SkipAll
		}
		return err
	})
	return found, err
}

// wait notes a file for Sync; too many are synced at once.
func (s *Files) wait(ctx context.Context, place string) error {
	s.mu.Lock()
	s.pending = append(s.pending, place)
	full := len(s.pending) >= mostPending
	s.mu.Unlock()
	if full {
		return s.Sync(ctx)
	}
	return nil
}

// restore gives a file that a mail program renamed its own name back.
func (s *Files) restore(place string) error {
	if s.Find == nil {
		return nil
	}
	found, err := s.Find(s.path(place))
	if errors.Is(err, fs.ErrNotExist) || found == s.path(place) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Rename(found, s.path(place))
}

// Open opens a file, also if its flags have changed.
func (s *Files) Open(_ context.Context, place string) (OpenRaw, error) {
	path := s.path(place)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && s.Find != nil {
		if path, err = s.Find(path); err == nil {
			f, err = os.Open(path)
		}
	}
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &openFile{io.NewSectionReader(f, 0, st.Size()), f}, nil
}

type openFile struct {
	*io.SectionReader
	io.Closer
}

// Holds tells whether the file is there and has the seal.
func (s *Files) Holds(ctx context.Context, place, seal string) bool {
	raw, err := s.Open(ctx, place)
	if err != nil {
		return false
	}
	defer func() { _ = raw.Close() }() // only read
	head, err := rfc5322.ReadAt(raw, 0, 100)
	return err == nil && bytes.HasPrefix(head, []byte(stamp.HeaderSeal+": "+seal))
}

// Undo removes files.
func (s *Files) Undo(_ context.Context, places []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, place := range places {
		if err := os.Remove(s.path(place)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		s.pending = slices.DeleteFunc(s.pending, func(p string) bool { return p == place })
	}
	return nil
}

// Move renames a file; one that has been moved already stays.
func (s *Files) Move(ctx context.Context, place string, slip Slip) (string, error) {
	folder, name := s.Layout(slip)
	if err := s.folder(folder); err != nil {
		return "", connectors.StopIfFull(err)
	}
	to := filepath.ToSlash(filepath.Join(folder, name))
	if to == place {
		return to, nil
	}
	if err := s.restore(place); err != nil {
		return "", err
	}
	err := os.Rename(s.path(place), s.path(to))
	if errors.Is(err, fs.ErrNotExist) {
		if _, there := os.Stat(s.path(to)); there == nil {
			err = nil
		}
	}
	if err != nil {
		return "", connectors.StopIfFull(err)
	}
	return to, s.wait(ctx, to)
}

// Rewrites says that a mail takes the place of the one with the same slip.
func (s *Files) Rewrites() bool { return true }

// Sync makes what was written durable.
func (s *Files) Sync(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 || s.lost != nil {
		return s.lost
	}
	if err := s.syncPending(); err != nil {
		s.lost = fmt.Errorf("making the mails in %s durable: %w", s.Root, connectors.StopIfFull(err))
		return s.lost
	}
	s.pending = nil
	return nil
}

func (s *Files) syncPending() error {
	const few = 8
	if len(s.pending) > few {
		if done, err := syncWhole(s.Root); done || err != nil {
			return err
		}
	}
	// Folders may be new: those above them count as well.
	folders := map[string]bool{s.Root: true, filepath.Dir(s.Root): true}
	for _, place := range s.pending {
		if err := syncPath(s.path(place)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for dir := filepath.Dir(s.path(place)); len(dir) > len(s.Root) && strings.HasPrefix(dir, s.Root); dir = filepath.Dir(dir) {
			folders[dir] = true
		}
	}
	for dir := range folders {
		if err := syncPath(dir); err != nil {
			return err
		}
	}
	return nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// Close releases nothing: no file is open between calls. It tells again that a
// Sync failed.
func (s *Files) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}
