package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// tracing is where --trace writes to.
type tracing struct {
	path string
	to   io.Writer // nil: nowhere
	file *os.File
}

// open opens the file, behind what an earlier run wrote. Only its owner may read it:
// addresses name customers.
func (t *tracing) open(stderr io.Writer) (err error) {
	switch t.path {
	case "":
		return nil
	case "-":
		t.to = stderr
		return nil
	}
	if t.file, err = os.OpenFile(t.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		t.file = nil
		return usage(fmt.Errorf("--trace: %w", err))
	}
	t.to = t.file
	return nil
}

// close tells whether the trace is whole.
func (t *tracing) close() error {
	if t.file == nil {
		return nil
	}
	err := errors.Join(t.file.Sync(), t.file.Close())
	t.file, t.to = nil, nil
	return err
}
