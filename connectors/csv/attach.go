package csv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

const filesFolder = "files"

// attach writes a file into the folder of attachments, under the beginning of
// its hash and its own name; equal files of one name are there once. It sets the
// file's path, size and hash.
func (t *target) attach(ctx context.Context, f *desk.File) (connectors.FileReceipt, error) {
	done := connectors.FileReceipt{Name: f.Name}
	f.Path = ""
	if f.Open == nil {
		return done, connectors.Refuse(connectors.ReasonVanished, "", "csv: the file %q has no content to read", f.Name)
	}
	dir := filepath.Join(t.dir, filesFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return done, denied(dir, err)
	}
	temp, err := os.CreateTemp(dir, ".part-*")
	if err != nil {
		return done, denied(dir, err)
	}
	to := &sink{w: temp}
	size, sum, err := copyTo(ctx, to, f)
	to.failed(temp.Close())
	if to.err != nil {
		err = denied(filepath.Join(dir, filepath.Base(f.Name)), to.err)
	}
	if err == nil {
		name := sum[:16]
		if safe := safeName(f.Name); safe != "" {
			name += "-" + safe
		}
		f.Path, f.Size, f.SHA256 = filesFolder+"/"+name, size, sum
		err = os.Rename(temp.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return done, errors.Join(err, os.Remove(temp.Name()))
	}
	t.fresh = append(t.fresh, filepath.Join(t.dir, filepath.FromSlash(f.Path)))
	done.Size, done.SHA256 = size, sum
	return done, nil
}

// sink remembers that writing failed, which stops the run; a file that cannot be
// read is that file's trouble only.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	s.failed(err)
	return n, err
}

func (s *sink) failed(err error) {
	if s.err == nil {
		s.err = err
	}
}

func copyTo(ctx context.Context, w io.Writer, f *desk.File) (int64, string, error) {
	r, err := f.Open(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("csv: the file %q cannot be read: %w", f.Name, err)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), r)
	if err = errors.Join(err, r.Close()); err != nil {
		return n, "", fmt.Errorf("csv: the file %q could not be copied: %w", f.Name, err)
	}
	return n, hex.EncodeToString(h.Sum(nil)), nil
}
