package archive

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
)

// hash is the SHA-256 of a content.
type hash [sha256.Size]byte

func (h hash) String() string { return hex.EncodeToString(h[:]) }

// parseHash reads 64 hexadecimal digits.
func parseHash(s string) (h hash, ok bool) {
	if len(s) != hex.EncodedLen(len(h)) {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

// content reads one content out of its pack.
type content struct {
	*io.SectionReader
	file *os.File
	hash string
}

// openContent opens the bytes of a hash and tells how many there are. It wraps
// ErrNotFound if they are not here.
func openContent(ctx context.Context, q querier, folder, sha256 string) (io.ReadSeekCloser, int64, error) {
	h, ok := parseHash(sha256)
	if !ok {
		return nil, 0, fmt.Errorf("file %q: not a SHA-256: %w", sha256, connectors.ErrNotFound)
	}
	var pack, offset, size int64
	err := q.QueryRowContext(ctx, "SELECT pack, offset, size FROM file WHERE sha = ?", h[:]).Scan(&pack, &offset, &size)
	if errors.Is(err, sql.ErrNoRows) {
		err = connectors.ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("file %s: %w", sha256, err)
	}
	f, err := os.Open(packPath(folder, pack))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, lostBytes(sha256, fmt.Errorf("its pack is missing: %w", err))
	}
	if err != nil {
		return nil, 0, fmt.Errorf("file %s: %w", sha256, err)
	}
	c := &content{io.NewSectionReader(f, offset, size), f, sha256}
	if err := c.check(offset + size); err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return c, size, nil
}

// check compares the pack with where the content must end.
func (c *content) check(end int64) error {
	info, err := c.file.Stat()
	if err != nil {
		return fmt.Errorf("file %s: %w", c.hash, err)
	}
	if info.Size() < end {
		return lostBytes(c.hash, fmt.Errorf("its pack %s has %d bytes only, the file ends at %d", c.file.Name(), info.Size(), end))
	}
	return nil
}

// lostBytes says that the database knows a content whose bytes are gone.
func lostBytes(hash string, err error) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonVanished,
		Err:    fmt.Errorf("file %s: %w: %w", hash, err, connectors.ErrNotFound),
		Hint:   "put back a copy of that pack, or pull into a new archive as long as the source still has the file",
	}
}

// Read implements io.Reader. A pack that ends inside the content is an error.
func (c *content) Read(b []byte) (int, error) {
	n, err := c.SectionReader.Read(b)
	if errors.Is(err, io.EOF) {
		if at, _ := c.Seek(0, io.SeekCurrent); at < c.Size() {
			return n, lostBytes(c.hash, fmt.Errorf("its pack %s ends inside it, after %d of %d bytes", c.file.Name(), at, c.Size()))
		}
	}
	return n, err
}

// Close gives the pack back.
func (c *content) Close() error { return c.file.Close() }

// openFile opens content that may not be committed yet.
func (t *Target) openFile(ctx context.Context, hash string) (io.ReadCloser, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, _, err := openContent(ctx, t.conn, t.folder, hash)
	return r, err
}
