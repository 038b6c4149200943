package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/project"
)

// output is a file that a flag names to be written; path "" is none.
type output struct{ flag, path string }

// mayPut refuses, before anything is read, files that could not be written, one that two
// flags name, and one that the project lives on: its sources, its targets, its own.
func (s *session) mayPut(outputs ...output) error {
	if s.tracing.path != "-" {
		outputs = append(outputs, output{"--trace", s.tracing.path})
	}
	var errs []error
	for i, o := range outputs {
		if o.path == "" {
			continue
		}
		if err := fileFor(o.flag, o.path); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, s.spares(o))
		if same := slices.IndexFunc(outputs[:i], func(other output) bool { return other.path != "" && samePlace(other.path, o.path) }); same >= 0 {
			errs = append(errs, fmt.Errorf("%s %s is written by %s too: name another file", o.flag, o.path, outputs[same].flag))
		}
	}
	return errors.Join(errs...)
}

// fileFor refuses a file for which there is no folder, or a folder in its place: it is
// written when all else is done.
func fileFor(flag, path string) error {
	if path == "" {
		return nil
	}
	if in, err := os.Stat(filepath.Dir(path)); err != nil || !in.IsDir() {
		return fmt.Errorf("%s %s: there is no folder %s – make it, or name a file in another", flag, path, filepath.Dir(path))
	}
	if at, err := os.Stat(path); err == nil && at.IsDir() {
		return fmt.Errorf("%s %s is a folder: name a file in it", flag, path)
	}
	return nil
}

// spares refuses a file that the project lives on.
func (s *session) spares(o output) error {
	if own := filepath.Join(s.p.Folder, project.FileName); samePlace(o.path, own) {
		return fmt.Errorf("%s %s is the project's configuration: name another file", o.flag, o.path)
	}
	if isWithin(o.path, s.p.Hidden()) {
		return fmt.Errorf("%s %s lies in %s, where the project keeps its own: name a file elsewhere", o.flag, o.path, s.p.Hidden())
	}
	systems := slices.Concat(s.p.Sources, s.p.Targets)
	if s.p.Archive != nil {
		systems = append(systems, s.p.Archive)
	}
	for _, sys := range systems {
		for _, path := range sys.Paths() {
			if samePlace(o.path, path) || isWithin(o.path, path) {
				return fmt.Errorf("%s %s belongs to %s (%s), which would be destroyed: name a file elsewhere", o.flag, o.path, sys.Name, path)
			}
		}
	}
	return nil
}

// samePlace tells whether two paths are one file, by whatever names.
func samePlace(a, b string) bool {
	one, err := os.Stat(a)
	other, bad := os.Stat(b)
	if err == nil && bad == nil {
		return os.SameFile(one, other)
	}
	return resolved(a) == resolved(b) // of files that are not there yet
}

// isWithin tells whether a path lies in a folder.
func isWithin(path, folder string) bool {
	if in, err := os.Stat(folder); err == nil && !in.IsDir() {
		return false
	}
	rel, err := filepath.Rel(resolved(folder), resolved(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// resolved is a path without links, as far as it is there.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	there, rest := abs, ""
	for {
		found, err := filepath.EvalSymlinks(there)
		if err == nil {
			return filepath.Join(found, rest)
		}
		if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(there) == there {
			return abs
		}
		there, rest = filepath.Dir(there), filepath.Join(filepath.Base(there), rest)
	}
}
