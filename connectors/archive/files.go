package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// smallFile is the size below which a file's bytes lie in the database: there a
// batch of them shares one flush to the disk, where each file of its own would
// need two.
const smallFile = 32 << 10

// spoolFile is the size up to which a file is read into memory before it is
// written: by then its hash tells its place and whether it is there already.
const spoolFile = 1 << 20

// content is one file's bytes, read and hashed: in memory if they are few, else
// in a temporary file.
type content struct {
	sha   [sha256.Size]byte
	size  int64
	bytes []byte
	lent  *[]byte // what bytes lie in, to be given back
	temp  string  // path; "" if the bytes are in memory
}

// spools lends the memory that files are read into.
var spools = sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}

func (c *content) release() {
	if c.lent != nil {
		spools.Put(c.lent)
		c.lent, c.bytes = nil, nil
	}
}

// storeFiles brings a message's files into the archive and returns them as they
// are to be written down. It reads without holding the lock.
func (t *Target) storeFiles(ctx context.Context, w *write, m *desk.Message) ([]desk.File, error) {
	if len(m.Files) == 0 {
		return nil, nil
	}
	files := make([]desk.File, len(m.Files))
	for i, f := range m.Files {
		f.Path = ""
		if err := t.storeFile(ctx, w, &f); err != nil {
			return nil, fmt.Errorf("file %d %q: %w", i+1, f.Name, err)
		}
		f.Open = nil
		files[i] = f
	}
	return files, nil
}

func (t *Target) storeFile(ctx context.Context, w *write, f *desk.File) error {
	if t.holds(ctx, w, f) {
		return nil
	}
	c, err := t.read(ctx, f)
	if err != nil {
		return err
	}
	defer c.release()
	err = t.keep(ctx, w, c)
	if c.temp != "" && err != nil {
		_ = os.Remove(c.temp) // it may be in its place already, where it does no harm
	}
	f.Size, f.SHA256 = c.size, hex.EncodeToString(c.sha[:])
	return err
}

// holds tells whether a file that the source knows by its hash is here already.
func (t *Target) holds(ctx context.Context, w *write, f *desk.File) bool {
	sha, err := hex.DecodeString(f.SHA256)
	if err != nil || len(sha) != sha256.Size {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var size int64
	if t.stmt.hasFile.QueryRowContext(context.WithoutCancel(ctx), sha).Scan(&size) != nil || f.Size >= 0 && f.Size != size {
		return false
	}
	f.Size = size
	w.pin(t.tx.round)
	return true
}

// read takes in a file's bytes. What it cannot read whole it refuses, leaving
// nothing behind.
func (t *Target) read(ctx context.Context, f *desk.File) (*content, error) {
	if f.Open == nil {
		return nil, connectors.Refuse(connectors.ReasonVanished, "", "the source gives no bytes for it")
	}
	src, err := f.Open(ctx)
	if err != nil {
		return nil, unread(ctx, err)
	}
	c, err := t.spool(ctx, src)
	if closeErr := src.Close(); err == nil && closeErr != nil {
		err = unread(ctx, closeErr)
	}
	if err == nil {
		err = complete(f, c)
	}
	if err != nil && c != nil {
		c.release()
		if c.temp != "" {
			err = errors.Join(err, os.Remove(c.temp))
		}
	}
	return c, err
}

// unread says that a file could not be read now, but perhaps later.
func unread(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, connectors.ErrNotFound) || errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrDenied) {
		return err
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient,
		Err:    fmt.Errorf("reading it failed: %w: %w", err, connectors.ErrBusy),
		Hint:   "retry the record when the source can be read again",
	}
}

// complete compares what was read with what the source said there would be.
func complete(f *desk.File, c *content) error {
	got := hex.EncodeToString(c.sha[:])
	switch {
	case f.Size >= 0 && c.size < f.Size:
		return unread(context.Background(), fmt.Errorf("it ended after %d of %d bytes", c.size, f.Size))
	case f.SHA256 != "" && f.SHA256 != got:
		return unread(context.Background(), fmt.Errorf("its SHA-256 is %s, the source said %s", got, f.SHA256))
	}
	return nil
}

// spool reads src to its end: into memory while there is room, else to a temporary
// file. The content it returns with an error may have a temporary file still.
func (t *Target) spool(ctx context.Context, src io.Reader) (*content, error) {
	lent, _ := spools.Get().(*[]byte)
	head, whole, err := readSome(src, (*lent)[:0])
	*lent = head[:0]
	if err == nil && whole {
		return &content{sha: sha256.Sum256(head), size: int64(len(head)), bytes: head, lent: lent}, nil
	}
	defer spools.Put(lent)
	if err != nil {
		return nil, unread(ctx, err)
	}
	f, err := os.CreateTemp(filepath.Join(t.folder, "files", "tmp"), "new-*")
	if err != nil {
		return nil, trouble(t.folder, "store attachment", err)
	}
	c := &content{temp: f.Name()}
	err = t.fill(ctx, f, c, io.MultiReader(bytes.NewReader(head), src))
	if closeErr := f.Close(); err == nil {
		err = trouble(t.folder, "store attachment", closeErr)
	}
	return c, err
}

// readSome reads src into b, which grows, as far as spoolFile. It tells whether
// src ended there.
func readSome(src io.Reader, b []byte) (_ []byte, whole bool, err error) {
	for len(b) < spoolFile {
		b = slices.Grow(b, 4<<10)
		n, err := src.Read(b[len(b):min(cap(b), spoolFile)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, true, nil
		}
		if err != nil {
			return b, false, err
		}
	}
	return b, false, nil
}

func (t *Target) fill(ctx context.Context, f io.Writer, c *content, src io.Reader) error {
	sum := sha256.New()
	tap := &tap{r: src}
	n, err := io.CopyBuffer(io.MultiWriter(f, sum), tap, make([]byte, 64<<10))
	c.size = n
	sum.Sum(c.sha[:0])
	if tap.err != nil {
		return unread(ctx, tap.err)
	}
	return trouble(t.folder, "store attachment", err)
}

// tap remembers a reader's error, to tell it from a writer's.
type tap struct {
	r   io.Reader
	err error
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		t.err = err
	}
	return n, err
}
