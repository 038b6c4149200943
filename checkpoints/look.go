package checkpoints

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Look opens a memory to read it alone. Neither the file nor its folder has to be
// writable, and what would have to be written is an error. It wraps fs.ErrNotExist
// where there is none. scratch names a file that is removed at the end, for a copy of a
// ledger in an older format.
func Look(ctx context.Context, path string, scratch func() (string, error)) (Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	s, err := look(ctx, path, "mode=ro")
	if err != nil && still(path) {
		// In a folder that cannot be written to, SQLite cannot make the file by which
		// readers and a writer agree. Nobody writes there, so none is needed.
		s, err = look(ctx, path, "immutable=1")
	}
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", path, err)
	}
	return s.forward(ctx, scratch)
}

// forward is the memory in the format of this program: a file of an older one is looked
// at in a copy, which goes when it is closed.
func (s *sqliteStore) forward(ctx context.Context, scratch func() (string, error)) (Store, error) {
	var v int
	if err := s.read.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&v); err != nil || v == schemaVersion {
		return s, err
	}
	path, err := scratch()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	c, err := s.Copy(ctx, path)
	return c, errors.Join(err, s.Close())
}

func look(ctx context.Context, path, mode string) (*sqliteStore, error) {
	db, err := sql.Open("sqlite", "file:"+escape(path)+"?"+mode+"&_pragma=busy_timeout(10000)&_pragma=cache_size(-1000)")
	if err != nil {
		return nil, err
	}
	s := &sqliteStore{path: path, pending: newLayer(), read: db, write: db}
	var v int
	err = db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&v)
	switch {
	case err == nil && v > schemaVersion:
		err = fmt.Errorf("%w (format %d, this one knows %d): update deskhaul", ErrNewer, v, schemaVersion)
	case err == nil && v == 0:
		err = errors.New("it is not whole yet: run a command that moves records once")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// still tells whether nothing waits beside the file to be folded into it.
func still(path string) bool {
	info, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
}
