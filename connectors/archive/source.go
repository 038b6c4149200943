package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strconv"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads an archive beside its writer. It sees what is committed. The cursor
// is the change number of the record.
type Source struct {
	folder string
	empty  bool // that there is no archive means that it is empty

	mu sync.Mutex
	db *sql.DB
}

// OpenSource makes a reader of the folder. An archive that is not there yet is
// looked for again at the first read, because a run may make it first; if it is
// still not there then, that is an error, in a dry run an empty archive.
func OpenSource(ctx context.Context, config Config, env connectors.Env) (*Source, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	s := &Source{folder: absolute(config.Path), empty: env.DryRun}
	if _, err := s.reader(ctx); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return s, nil
}

// reader returns the database; nil means an empty archive.
func (s *Source) reader(ctx context.Context) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		return s.db, nil
	}
	db, err := openReader(ctx, s.folder, readerCache)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.empty:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, denied(fmt.Errorf("there is no archive in %s: %w", s.folder, err), "check the path, or pull something into it first")
	case err != nil:
		return nil, trouble(s.folder, "open for reading", err)
	}
	s.db = db
	return db, nil
}

// pageBytes bounds what a reader holds in memory besides the one ticket at hand.
const pageBytes = 1 << 20

// Read yields the records whose change numbers are above the cursor, in their
// order, tickets whole with their messages oldest first, up to the last number
// that is committed when it begins. A record that was taken back comes as a
// tombstone with its id only.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if err := s.read(ctx, kind, after, yield); err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

func (s *Source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield func(connectors.Item, error) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db, err := s.reader(ctx)
	if db == nil || err != nil {
		return err
	}
	last, err := lastChange(ctx, db)
	if err != nil {
		return trouble(s.folder, "read", err)
	}
	from := position(after, last)
	for {
		page, err := readPage(ctx, db, kind, from, last, s.openFile)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return trouble(s.folder, "read "+string(kind), err)
		}
		if len(page) == 0 {
			return nil
		}
		for i := range page {
			if err := ctx.Err(); err != nil {
				return err
			}
			item := connectors.Item{Record: page[i].record, Cursor: connectors.Cursor(version(page[i].change))}
			from, page[i].record = page[i].change, nil
			if !yield(item, nil) {
				return nil
			}
		}
	}
}

// position reads a cursor. One that is not ours, or ahead of the archive (an
// older copy was put back), means the beginning.
func position(after connectors.Cursor, last int64) int64 {
	n, err := strconv.ParseInt(string(after), 10, 64)
	if err != nil || n < 0 || n > last {
		return 0
	}
	return n
}

// readPage reads the next records after from up to last, about pageBytes of them.
// It holds no snapshot when it returns, so that a slow caller does not keep the
// write-ahead log from being folded in.
func readPage(ctx context.Context, q querier, kind desk.Kind, from, last int64, open opener) ([]assembled, error) {
	a := assembler{kind: kind, open: open}
	var page []assembled
	var size int
	err := each(ctx, q, func(rows *sql.Rows) (bool, error) {
		done, err := a.next(rows)
		if done.record != nil {
			page = append(page, done)
			size += done.bytes
		}
		return size < pageBytes, err
	}, selectWhole+"WHERE r.kind = ? AND r.change > ? AND r.change <= ? ORDER BY r.change, m.n", kindNumber(kind), from, last)
	if done := a.finish(); done.record != nil && size < pageBytes {
		page = append(page, done) // below the bound the rows ended with it
	}
	return page, err
}

// Fetch reads one record as it is committed.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	db, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	if db == nil {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	return fetch(ctx, db, kind, id, s.openFile)
}

func (s *Source) openFile(ctx context.Context, hash string) (io.ReadCloser, error) {
	db, err := s.reader(ctx)
	if err != nil || db == nil {
		return nil, errors.Join(err, ctx.Err())
	}
	r, _, err := openContent(ctx, db, s.folder, hash)
	return r, err
}

// Close gives the file back.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return err
}

var _ interface {
	connectors.Source
	connectors.Fetcher
	connectors.Describer
	connectors.Closer
} = (*Source)(nil)
