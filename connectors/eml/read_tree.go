package eml

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// errStop ends a walk whose consumer wants no more.
var errStop = errors.New("stop")

// tree lists the files wanted of a folder and those below it, by name.
func (s *store) tree(ctx context.Context, wanted func(string) bool) iter.Seq2[mailFile, error] {
	return func(yield func(mailFile, error) bool) {
		err := filepath.WalkDir(s.root, func(path string, d fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			if d.IsDir() {
				if path != s.root && strings.HasPrefix(d.Name(), ".") {
					return filepath.SkipDir
				}
				return nil
			}
			rel, err := filepath.Rel(s.root, path)
			if err != nil || !wanted(filepath.ToSlash(rel)) {
				return err
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil // gone since the folder was listed
			}
			if err != nil {
				return err
			}
			f := mailFile{
				name: filepath.ToSlash(rel), size: info.Size(),
				stamp: strconv.FormatInt(info.Size(), 36) + "/" + strconv.FormatInt(info.ModTime().UnixNano(), 36),
				open:  func() (mail.Opened, error) { return openFile(path) },
			}
			if !yield(f, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(mailFile{}, err)
		}
	}
}
