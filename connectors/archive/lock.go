package archive

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/deskhaul/deskhaul/connectors"
)

// lock makes the caller the one writer of the folder. The system drops the lock
// when the process ends, however it ends.
func lock(folder string) (*flock.Flock, error) {
	if err := os.MkdirAll(filepath.Join(folder, packFolder), 0o700); err != nil {
		return nil, trouble(folder, "create folder", err)
	}
	l := flock.New(filepath.Join(folder, lockFile), flock.SetPermissions(0o600))
	got, err := l.TryLock()
	if err != nil {
		return nil, trouble(folder, "lock", err)
	}
	if !got {
		return nil, &connectors.Trouble{
			Reason: connectors.ReasonTransient,
			Err:    fmt.Errorf("archive %s is being written by another process: %w", folder, connectors.ErrBusy),
			Hint:   "wait for it to end",
		}
	}
	return l, nil
}
