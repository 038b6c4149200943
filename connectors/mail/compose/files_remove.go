package compose

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// Remove removes files, also those whose flags have changed.
func (s *Files) Remove(ctx context.Context, _ Grave, mails []Placed) error {
	for _, m := range mails {
		path := s.path(m.Place)
		err := os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) && s.Find != nil {
			if path, err = s.Find(path); err == nil {
				err = os.Remove(path)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = s.wait(ctx, m.Place)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
