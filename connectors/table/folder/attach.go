package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// attach writes a file into the folder of attachments, under the beginning of
// its hash and its own name; equal files of one name are there once. It sets the
// file's path, size and hash.
func (t *Target) attach(ctx context.Context, f *desk.File) (connectors.FileReceipt, error) {
	done := connectors.FileReceipt{Name: f.Name}
	f.Path = ""
	if f.Open == nil {
		return done, connectors.Refuse(connectors.ReasonVanished, "", "%s: the file %q has no content to read", t.o.Connector, f.Name)
	}
	dir := t.o.Files
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return done, t.denied(dir, err)
	}
	temp, err := os.CreateTemp(dir, ".part-*")
	if err != nil {
		return done, t.denied(dir, err)
	}
	to := &sink{w: temp}
	size, sum, err := t.copyTo(ctx, to, f)
	to.failed(temp.Close())
	if to.err != nil {
		err = t.denied(filepath.Join(dir, filepath.Base(f.Name)), to.err)
	}
	path := ""
	if err == nil {
		name := sum[:16]
		if safe := safeName(f.Name); safe != "" {
			name += "-" + safe
		}
		f.Path, f.Size, f.SHA256 = t.filePath(name), size, sum
		path = filepath.Join(dir, name)
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return done, errors.Join(err, os.Remove(temp.Name()))
	}
	t.fresh = append(t.fresh, path)
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

func (t *Target) copyTo(ctx context.Context, w io.Writer, f *desk.File) (int64, string, error) {
	r, err := f.Open(ctx)
	if err != nil {
		return 0, "", t.failed("the file %q cannot be read: %w", f.Name, err)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), r)
	if err = errors.Join(err, r.Close()); err != nil {
		return n, "", t.failed("the file %q could not be copied: %w", f.Name, err)
	}
	return n, hex.EncodeToString(h.Sum(nil)), nil
}
