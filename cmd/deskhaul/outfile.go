package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// outFile is a file that a verb writes for a person. It takes its place when it is whole:
// one that fails leaves the last one as it was. Only its owner may read it, whoever could
// read the last one: customers stand in it.
type outFile struct {
	*os.File
	place string // "" it is written in its place: a pipe, a terminal
}

// newOutFile begins one. A link stays one, and its file is written.
func newOutFile(path string) (*outFile, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && (!info.Mode().IsRegular() || standard(info)):
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		return &outFile{File: f}, err
	case err == nil:
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	dir, name := filepath.Dir(path), filepath.Base(path)
	name = strings.ToValidUTF8(name[:min(len(name), longestName)], "")
	clearHalf(dir, name)
	f, err := os.CreateTemp(dir, fmt.Sprintf(".%s.%d.*%s", name, os.Getpid(), halfWritten)) // 0600
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written: %w – name a file in another folder", path, err)
	}
	return &outFile{f, path}, nil
}

// longestName is how much of a file's name that of the half one has, which is longer: no
// name may have more than 255 bytes.
const longestName = 200

// halfWritten ends the name of a file that is being written.
const halfWritten = ".half"

// clearHalf removes what processes left of a file that were killed.
func clearHalf(dir, name string) {
	entries, _ := os.ReadDir(dir) // what cannot be seen stands in nobody's way
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), "."+name+".")
		number, _, half := strings.Cut(strings.TrimSuffix(rest, halfWritten), ".")
		process, err := strconv.Atoi(number)
		if !ours || !half || err != nil || !strings.HasSuffix(rest, halfWritten) || alive(process) {
			continue
		}
		if in, err := e.Info(); err == nil && in.Mode().IsRegular() && ourFile(in) {
			_ = os.Remove(filepath.Join(dir, e.Name())) // likewise
		}
	}
}

// standard tells whether a file is where standard output or standard error go.
func standard(info fs.FileInfo) bool {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if to, err := f.Stat(); err == nil && os.SameFile(info, to) {
			return true
		}
	}
	return false
}

// keep puts the file into its place.
func (f *outFile) keep() error {
	if f.place == "" {
		return f.Close()
	}
	err := errors.Join(f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), f.place)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// drop leaves what stands in its place as it is.
func (f *outFile) drop() error {
	err := f.Close()
	if f.place == "" {
		return err
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// wrote is drop where there was an error, else keep.
func (f *outFile) wrote(err error) error {
	if err != nil {
		return errors.Join(err, f.drop())
	}
	return f.keep()
}
