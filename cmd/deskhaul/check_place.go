package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
)

// places tells whether the files and folders of a target can be written to, without
// leaving anything there; nil where it is none of files.
func (h *hop) places() error {
	placed, ok := h.targetConfig().(connectors.Placed)
	if !ok {
		return nil
	}
	for _, path := range placed.Places() {
		if err := canWrite(path); err != nil {
			return fmt.Errorf("open the target %s: %w", h.to.Name, err)
		}
	}
	return nil
}

// canWrite tells whether a file can be written, or a folder be filled, at a path. Files
// are replaced by new ones of their names, so their folder counts too.
func canWrite(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		if err := access(path); err != nil {
			return err
		}
		path = filepath.Dir(path)
	}
	dir := existing(path)
	if info, err = os.Stat(dir); err == nil && !info.IsDir() {
		return unwritable(path, fmt.Errorf("%s is a file", dir), "name another place")
	}
	return access(dir)
}

// access tells why a file or folder that is there cannot be written.
func access(path string) error {
	err := mayWrite(path)
	if err == nil {
		return nil
	}
	hint := "make it writable for this user, or name another place"
	var stop *connectors.Trouble
	if errors.As(connectors.StopIfFull(err), &stop) {
		hint = stop.Hint
	}
	return unwritable(path, err, hint)
}

func unwritable(path string, err error, hint string) error {
	return &connectors.Trouble{Reason: connectors.ReasonTransient, Hint: hint, Err: fmt.Errorf("%s cannot be written to: %w", path, err)}
}
