package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Sketch reads what flags say of a project that is to be written to a folder, and opens
// none that is there. Secrets that are named and not there yet are no mistake: Unfilled
// tells them.
func Sketch(folder string, o Options) (*Project, error) {
	name := filepath.Join(folder, FileName)
	if _, err := os.Lstat(name); err == nil {
		return nil, fmt.Errorf("%s is there already – change it, let \"deskhaul init --update\" add what is new, or take another folder: %w", name, fs.ErrExist)
	}
	if len(o.Flags.From) == 0 {
		var bad strict.Mistakes
		bad.At(strict.Place{File: "command line"}, "there is no --from – name what is to be moved, like --from mbox:support.mbox")
		return nil, bad.Err()
	}
	o.unfilled = true
	return Open(folder, o)
}

// Filed opens a project that has a file, of which secrets may be absent as in Sketch.
func Filed(folder string, o Options) (*Project, error) {
	o.unfilled = true
	return Open(folder, o)
}

// First is what a new file says besides what the flags do.
type First struct {
	// Mapping is a mapping as YAML, its key with it; "" an example in comments.
	Mapping string
	// Remarks are comments on single sources and targets, by name, a line each.
	Remarks map[string][]string
}

// Write makes a commented deskhaul.yaml in folder that says what the flags say,
// and returns the file's name. The secrets that it names need not be there yet. What is
// wrong with the flags is told as Open tells it, and nothing is written then. A file that
// is there already is never overwritten: the error wraps fs.ErrExist.
func Write(folder string, o Options, first First) (string, error) {
	p, err := Sketch(folder, o)
	if err != nil {
		return "", err
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	}
	src := p.render(o, first)
	if !utf8.Valid(src) {
		var bad strict.Mistakes
		bad.At(strict.Place{File: "command line"}, "a path or value is not UTF-8 and cannot stand in %s – rename it, or give it to each verb with --from and --to", FileName)
		return "", bad.Err()
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("make the project's folder: %w", err)
	}
	if err := p.writeSchema(o.Specs); err != nil {
		return "", err
	}
	return writeNew(folder, src)
}

// writeNew writes the file whole or not at all.
func writeNew(folder string, src []byte) (string, error) {
	name := filepath.Join(folder, FileName)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.Write(src)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(name))
	}
	return name, nil
}
