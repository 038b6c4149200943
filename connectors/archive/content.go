package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/connectors"
)

// keep puts content into its place, if it is not there yet, and enters it. Only
// a row counts: a file without one may be torn by a power cut and is replaced.
func (t *Target) keep(ctx context.Context, w *write, c *content) error {
	one := &t.placing[int(c.sha[0])%len(t.placing)] // two writers of one content would tear it
	one.Lock()
	defer one.Unlock()
	if c.temp == "" && c.size >= smallFile && !t.has(ctx, c) {
		if err := c.place(t.folder); err != nil {
			return trouble(t.folder, "store attachment", err)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.guarded(ctx, "store attachment", func(ctx context.Context) (connectors.Receipt, error) {
		var size int64
		err := t.stmt.hasFile.QueryRowContext(ctx, c.sha[:]).Scan(&size)
		if !errors.Is(err, sql.ErrNoRows) {
			if err == nil && c.temp != "" {
				err = os.Remove(c.temp)
			}
			return connectors.Receipt{}, err
		}
		return connectors.Receipt{}, t.enter(ctx, c)
	})
	w.pin(t.tx.round)
	return err
}

// has tells whether the content is entered. An error counts as no: it shows again.
func (t *Target) has(ctx context.Context, c *content) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	var size int64
	return t.stmt.hasFile.QueryRowContext(context.WithoutCancel(ctx), c.sha[:]).Scan(&size) == nil
}

// place writes content that has no row yet to where it will stand.
func (c *content) place(folder string) error {
	path := contentPath(folder, c.sha[:])
	const flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	f, err := os.OpenFile(path, flag, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			f, err = os.OpenFile(path, flag, 0o600)
		}
	}
	if err != nil {
		return err
	}
	_, err = f.Write(c.bytes)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func (t *Target) enter(ctx context.Context, c *content) error {
	var data any
	switch path := contentPath(t.folder, c.sha[:]); {
	case c.temp != "":
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.Rename(c.temp, path); err != nil {
			return err
		}
		t.tx.unsynced = append(t.tx.unsynced, path)
	case c.size >= smallFile:
		t.tx.unsynced = append(t.tx.unsynced, path)
	case c.size == 0:
		data = zeroBlob
	default:
		data = c.bytes
	}
	inside := 0
	if data != nil {
		inside = len(c.bytes)
	}
	t.tx.grow(inside)
	_, err := t.stmt.insertFile.ExecContext(ctx, c.sha[:], c.size, data)
	return err
}

// zeroBlob stands for the bytes of an empty file: the driver would write NULL for
// an empty slice.
const zeroBlob = ""

// contentPath is where content of that hash lies.
func contentPath(folder string, sha []byte) string {
	name := hex.EncodeToString(sha)
	return filepath.Join(folder, "files", name[:2], name[2:])
}

// syncFiles flushes files, and the folders that name them, to the disk.
func syncFiles(folder string, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	folders := map[string]bool{filepath.Join(folder, "files"): true}
	var g errgroup.Group
	g.SetLimit(8) // a journalling file system flushes those that wait together
	for _, p := range paths {
		folders[filepath.Dir(p)] = true
		g.Go(func() error { return flush(p, os.O_RDWR) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // keeps folders itself and cannot flush them
	}
	for dir := range folders {
		if err := flush(dir, os.O_RDONLY); err != nil {
			return err
		}
	}
	return nil
}

func flush(path string, flag int) error {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// openContent opens the bytes of a hash. It wraps ErrNotFound if they are not here.
func openContent(ctx context.Context, q querier, folder, hash string) (io.ReadCloser, int64, error) {
	sha, err := hex.DecodeString(hash)
	if err != nil || len(sha) != sha256.Size {
		return nil, 0, fmt.Errorf("file %q: not a SHA-256: %w", hash, connectors.ErrNotFound)
	}
	var size int64
	var data []byte
	var inside bool
	err = q.QueryRowContext(ctx, "SELECT size, data, data IS NOT NULL FROM file WHERE sha = ?", sha).Scan(&size, &data, &inside)
	if errors.Is(err, sql.ErrNoRows) {
		err = connectors.ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("file %s: %w", hash, err)
	}
	if inside {
		return io.NopCloser(bytes.NewReader(data)), size, nil
	}
	f, err := os.Open(contentPath(folder, sha))
	if err != nil {
		return nil, 0, fmt.Errorf("file %s: %w: %w", hash, err, connectors.ErrNotFound)
	}
	return f, size, nil
}

// openFile opens content that may not be committed yet.
func (t *Target) openFile(ctx context.Context, hash string) (io.ReadCloser, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, _, err := openContent(ctx, t.conn, t.folder, hash)
	return r, err
}
