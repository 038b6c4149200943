package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/project"
)

// tracing is where --trace writes to.
type tracing struct {
	path string
	to   io.Writer // nil: nowhere
	file *os.File
}

// check refuses what cannot be a file for it; it is opened when the project is known.
func (t *tracing) check() error {
	if t.path == "-" {
		return nil
	}
	return usage(fileFor("--trace", t.path))
}

// open opens the file, behind what an earlier run wrote. Only its owner may read it:
// addresses name customers. It stays open until the command ends.
func (t *tracing) open(stderr io.Writer) error {
	switch {
	case t.path == "" || t.to != nil:
		return nil
	case t.path == "-":
		t.to = stderr
		return nil
	}
	f, err := os.OpenFile(t.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return usage(fmt.Errorf("--trace: %w", err))
	}
	if err := errors.Join(connectors.Private(f), othersRead(f)); err != nil {
		return usage(errors.Join(fmt.Errorf("--trace: %w", err), f.Close()))
	}
	t.file, t.to = f, f
	return nil
}

// othersRead refuses a file of somebody else's that more than he can read.
func othersRead(f *os.File) error {
	in, err := f.Stat()
	if err != nil || !in.Mode().IsRegular() || in.Mode().Perm()&0o077 == 0 || ourFile(in) {
		return err
	}
	return fmt.Errorf("%s is somebody else's, and others can read it: name another file", f.Name())
}

// close tells whether the trace is whole.
func (t *tracing) close() error {
	if t.file == nil {
		return nil
	}
	var err error
	if in, bad := t.file.Stat(); bad == nil && in.Mode().IsRegular() { // a pipe cannot be synced
		err = t.file.Sync()
	}
	err = errors.Join(err, t.file.Close())
	t.file, t.to = nil, nil
	return err
}

// trace opens the file of --trace, unless the project lives on it.
func (a *app) trace(p *project.Project) error {
	if err := (&session{app: a, p: p}).mayPut(); err != nil {
		return usage(err)
	}
	return a.tracing.open(a.stderr)
}
