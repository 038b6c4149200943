//go:build linux || darwin

package conntest

import (
	"fmt"
	"os/signal"

	"golang.org/x/sys/unix"
)

const canLimit = true

// limitFiles makes every write of this process behind so many bytes of a file
// fail, as on a full disk (setrlimit(2), RLIMIT_FSIZE), until lift is called.
func limitFiles(bytes int64) (lift func(), err error) {
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
		return nil, fmt.Errorf("ask for the limit of files: %w", err)
	}
	signal.Ignore(unix.SIGXFSZ) // the write fails with EFBIG instead
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(bytes), Max: was.Max}); err != nil {
		return nil, fmt.Errorf("limit the size of files: %w", err)
	}
	return func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
			panic(fmt.Sprintf("lift the limit of files: %v", err)) // no test after this one could work
		}
		signal.Reset(unix.SIGXFSZ)
	}, nil
}
