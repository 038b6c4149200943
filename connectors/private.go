package connectors

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Private makes an open file its owner's alone: the mode with which a file is opened
// counts for a new one only. A pipe or a device stays as it is; so does a file where the
// disk knows no modes, or that is another's, who has decided who reads it.
func Private(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	err = f.Chmod(0o600)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make %s readable by you alone: %w", f.Name(), err)
	}
	return nil
}
