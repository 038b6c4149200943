package jsonl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/deskhaul/deskhaul/connectors"
)

// full marks an error that every later write would meet too.
func full(err error) error {
	for _, hopeless := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, fs.ErrPermission} {
		if errors.Is(err, hopeless) {
			return fmt.Errorf("%w: %w", err, connectors.ErrDenied)
		}
	}
	return err
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncDir makes new names in a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
