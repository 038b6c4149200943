package compose

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncWhole makes everything on the file system of path durable in one call,
// which costs about as much as it does for one file.
func syncWhole(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	err = unix.Syncfs(int(f.Fd()))
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err == nil, err
}
