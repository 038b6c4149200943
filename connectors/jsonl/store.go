package jsonl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// store is the folder of the bytes of files, each once, by content hash.
type store struct {
	folder string // "" if there is none
	base   string // paths in the lines are relative to it
}

func newStore(c *Config) store {
	folder, base := c.folder()
	return store{folder, base}
}

// open makes the files of a record openable. A path that leads out of the folder
// of the lines is an error; a file without bytes is taken out and told.
func (s store) open(r desk.Record) (lost []*connectors.Aside, err error) {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return nil, nil
	}
	for i := range t.Messages {
		m := &t.Messages[i]
		var kept []desk.File
		for j, f := range m.Files {
			ok, err := s.openFile(&f)
			if err != nil {
				return nil, err
			}
			if ok {
				kept = append(kept, f)
				continue
			}
			lost = append(lost, &connectors.Aside{
				Kind: desk.KindFile, ID: desk.ID(fmt.Sprintf("%s/%s/%d", t.ID, m.ID, j+1)), Parent: t.ID, Reason: connectors.ReasonUnreadable,
				Detail: fmt.Sprintf("ticket %s, message %s: the line gives no bytes for the file %q; the ticket goes on without it", t.ID, m.ID, f.Name),
			})
		}
		m.Files = kept
	}
	return lost, nil
}

func (s store) openFile(f *desk.File) (ok bool, err error) {
	path := filepath.FromSlash(f.Path)
	switch {
	case f.Path == "" && f.Size == 0:
		f.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(nil)), nil }
		return true, nil
	case f.Path == "" || s.base == "":
		return false, nil
	case !filepath.IsLocal(path):
		return false, fmt.Errorf("the path %q of the file %q leads out of the folder", f.Path, f.Name)
	}
	size, sum := f.Size, f.SHA256
	f.Path = ""
	f.Open = func(context.Context) (io.ReadCloser, error) { return openBytes(s.base, path, size, sum) }
	f.Stat = func(context.Context) (int64, error) { return lengthIn(s.base, path) }
	return true, nil
}

// openBytes opens a file below base; links that lead out of it are refused.
func openBytes(base, path string, size int64, sum string) (io.ReadCloser, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // it was only read
	f, err := root.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", base, err)
	}
	return &checked{File: f, hash: sha256.New(), size: size, sum: sum}, nil
}

// lengthIn is how long a file below a folder is.
func lengthIn(base, path string) (int64, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return 0, err
	}
	defer root.Close() //nolint:errcheck // it was only read
	info, err := root.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", base, err)
	}
	return info.Size(), nil
}

// checked is a file whose bytes must be those that its line tells.
type checked struct {
	*os.File
	hash hash.Hash
	n    int64
	size int64  // -1 unknown
	sum  string // "" unknown
}

func (c *checked) Read(b []byte) (int, error) {
	n, err := c.File.Read(b)
	c.hash.Write(b[:n])
	c.n += int64(n)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if got := hex.EncodeToString(c.hash.Sum(nil)); c.sum != "" && got != c.sum || c.size >= 0 && c.n != c.size {
		return n, &connectors.Trouble{
			Reason: connectors.ReasonUnreadable,
			Err:    fmt.Errorf("%s has %d bytes with the hash %s; its line says %d and %s", c.Name(), c.n, got, c.size, c.sum),
			Hint:   "put back the file as it was",
		}
	}
	return n, err
}

// WriteTo hides that of os.File, which would go round the check.
func (c *checked) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}

// keep copies the bytes of every file of t into the folder and sets path, size
// and hash. Without a folder the bytes are left out, and that is told.
func (s store) keep(ctx context.Context, t *desk.Ticket) (files []connectors.FileReceipt, losses []connectors.Loss, err error) {
	for i := range t.Messages {
		m := &t.Messages[i]
		for j := range m.Files {
			f := &m.Files[j]
			if f.Path = ""; s.folder == "" {
				losses = append(losses, noFolder(m.ID, f))
				continue
			}
			if err := s.keepFile(ctx, f); err != nil {
				return nil, nil, fmt.Errorf("ticket %s, message %s, file %q: %w", t.ID, m.ID, f.Name, err)
			}
			files = append(files, connectors.FileReceipt{Message: m.ID, Name: f.Name, Size: f.Size, SHA256: f.SHA256})
		}
	}
	return files, losses, nil
}

func (s store) keepFile(ctx context.Context, f *desk.File) error {
	if f.Open == nil {
		return connectors.Refuse(connectors.ReasonUnreadable, "", "it has no bytes")
	}
	in, err := f.Open(ctx)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer in.Close() //nolint:errcheck // its end was read
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return connectors.StopIfFull(err)
	}
	out, err := os.CreateTemp(s.folder, halfWritten+"*")
	if err != nil {
		return connectors.StopIfFull(err)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), patient{ctx, in})
	err = errors.Join(err, out.Sync(), out.Close())
	sum := hex.EncodeToString(h.Sum(nil))
	if err == nil {
		err = s.file(out.Name(), sum)
	}
	if err != nil {
		return errors.Join(connectors.StopIfFull(err), ignoreGone(os.Remove(out.Name())))
	}
	rel, err := filepath.Rel(s.base, s.path(sum))
	f.Size, f.SHA256, f.Path = n, sum, filepath.ToSlash(rel)
	return err
}

// halfWritten begins the name of a file until its hash is known.
const halfWritten = ".new-"

// sweep removes what killed runs left half written.
func (s store) sweep() error {
	entries, err := os.ReadDir(s.folder)
	if s.folder == "" || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), halfWritten) {
			err = errors.Join(err, os.Remove(filepath.Join(s.folder, e.Name())))
		}
	}
	return err
}

func (s store) path(sum string) string { return filepath.Join(s.folder, sum[:2], sum) }

// file gives the new bytes their name; what has it already is the same.
func (s store) file(temp, sum string) error {
	dir := filepath.Dir(s.path(sum))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Rename(temp, s.path(sum)); err != nil {
		return err
	}
	return errors.Join(syncDir(dir), syncDir(s.folder))
}
