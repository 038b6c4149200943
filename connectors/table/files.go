package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/desk"
)

// OpenFiles lets the files of a message be read. They lie in the folder of the
// table and nowhere else, whatever a path says.
func OpenFiles(connector, dir string, files []desk.File) {
	for i := range files {
		path := files[i].Path
		files[i].Open = func(context.Context) (io.ReadCloser, error) {
			f, err := os.OpenInRoot(dir, filepath.FromSlash(path))
			if err != nil {
				return nil, fmt.Errorf("%s: the attachment %q: %w", connector, path, err)
			}
			return f, nil
		}
		files[i].Stat = func(context.Context) (int64, error) { return lengthIn(connector, dir, path) }
	}
}

// lengthIn is how long a file below a folder is.
func lengthIn(connector, dir, path string) (int64, error) {
	f, err := os.OpenInRoot(dir, filepath.FromSlash(path))
	if err != nil {
		return 0, fmt.Errorf("%s: the attachment %q: %w", connector, path, err)
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	return info.Size(), nil
}
