package connectors

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// StopIfFull gives an error of writing a file the meaning that the run must stop,
// with what to do, where no other file could be written either: a full disk, a
// folder that is read-only. Other errors, and those that stop already, stay as they
// are.
func StopIfFull(err error) error {
	if errors.Is(err, ErrDenied) {
		return err
	}
	for _, stop := range []struct {
		err  error
		hint string
	}{
		{syscall.ENOSPC, "free space there and run the same command again"},
		{syscall.EDQUOT, "free space there, or have the quota raised, and run the same command again"},
		{syscall.EROFS, "name a place that can be written"},
		{fs.ErrPermission, "make it writable for this user and run the same command again"},
	} {
		if errors.Is(err, stop.err) {
			return &Trouble{Reason: ReasonTransient, Err: fmt.Errorf("%w: %w", err, ErrDenied), Hint: stop.hint}
		}
	}
	return err
}
