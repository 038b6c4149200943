package checkpoints

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNewer is wrapped when a file was written by a later version.
var ErrNewer = errors.New("written by a newer version of deskhaul")

// ErrFull is wrapped when a commit failed because the disk is full. The batch is
// still held and may be committed again.
var ErrFull = errors.New("the disk is full: free some space and run the same command again, it goes on where it was")

// sqliteStore is Store in one SQLite file: one connection that writes, a few that
// read what is committed, and an overlay of what is not yet.
type sqliteStore struct {
	path      string
	write     *sql.DB
	read      *sql.DB
	temporary bool

	owners sync.Map // UUID -> int64
	into   inserts  // of write; the caller holds commit

	asking sync.Mutex
	stmts  map[string]*sql.Stmt // of read
	unseen map[int64]*unseen    // by pair, for those that had no line when they were opened

	mu      sync.RWMutex
	pending *layer
	sealed  []*layer // taken and not yet durable, oldest first
	dropped bool     // nothing more is to become durable
	spilled error    // of a spill: told by the next

	commit sync.Mutex // one transaction at a time
	group  sync.Mutex
	next   *flight // the flush that late comers join
}

// Open opens or makes the memory in one SQLite file. A file written by a newer
// version is refused with ErrNewer.
func Open(ctx context.Context, path string) (Store, error) {
	s, err := open(ctx, path, false)
	if err != nil {
		return nil, err // and no nil pointer in an interface
	}
	return s, nil
}

func open(ctx context.Context, path string, temporary bool) (*sqliteStore, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // SQLite would make it readable for all
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	s := &sqliteStore{path: path, pending: newLayer(), temporary: temporary}
	dsn := "file:" + escape(path) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"
	if s.write, err = sql.Open("sqlite", dsn+"&_txlock=immediate&_pragma=cache_size(-1000)"); err != nil {
		return nil, fmt.Errorf("ledger %s: %w", path, err)
	}
	s.write.SetMaxOpenConns(1) // SQLite has one writer
	if s.read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)&_pragma=cache_size(-1000)"); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger %s: %w", path, err), s.write.Close())
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger %s: %w", path, err), s.Close())
	}
	return s, nil
}

// escape keeps characters that mean something in a URI out of SQLite's way.
func escape(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// Close flushes nothing: what was put and not flushed is forgotten.
func (s *sqliteStore) Close() error {
	s.commit.Lock() // a spill may be under way
	defer s.commit.Unlock()
	err := errors.Join(s.read.Close(), s.write.Close())
	if s.temporary {
		for _, end := range []string{"", "-wal", "-shm"} {
			if rm := os.Remove(s.path + end); rm != nil && !os.IsNotExist(rm) {
				err = errors.Join(err, rm)
			}
		}
	}
	return err
}

// CopyTo is VACUUM INTO, which takes only a read lock.
func (s *sqliteStore) CopyTo(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // SQLite would make it readable for all
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		_, err = s.write.ExecContext(ctx, `VACUUM INTO ?`, path)
	}
	if err != nil {
		return fmt.Errorf("copy the ledger to %s: %w", path, wrapFull(err))
	}
	return nil
}

func (s *sqliteStore) Copy(ctx context.Context, path string) (Store, error) {
	if err := s.CopyTo(ctx, path); err != nil {
		return nil, err
	}
	c, err := open(ctx, path, true)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Scratch opens a new, empty memory that is removed when it is closed.
func Scratch(ctx context.Context, path string) (Store, error) {
	s, err := open(ctx, path, true)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// id returns the number of a pair or owner, making it when new.
func (s *sqliteStore) id(ctx context.Context, insert, query string, args ...any) (int64, error) {
	var id int64
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	s.commit.Lock()
	defer s.commit.Unlock()
	if _, err := s.write.ExecContext(ctx, insert, args...); err != nil {
		return 0, wrapFull(err)
	}
	return id, s.write.QueryRowContext(ctx, query, args...).Scan(&id)
}

func (s *sqliteStore) Ledger(ctx context.Context, p Pair) (Ledger, error) {
	id, err := s.id(ctx, `INSERT INTO pair (route, source, target, account) VALUES (?,?,?,?) ON CONFLICT DO NOTHING`,
		`SELECT id FROM pair WHERE route = ? AND source = ? AND target = ? AND account = ?`, p.Route, p.Source, p.Target, p.Account)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	l := &sqliteLedger{s: s, pair: id}
	l.unseen, err = s.unseenOf(ctx, id)
	return l, err
}

// unseenOf is the filter of a pair that has no line yet; nil of one that has.
func (s *sqliteStore) unseenOf(ctx context.Context, pair int64) (*unseen, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	if u := s.unseen[pair]; u != nil {
		return u, nil
	}
	var old bool
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM ledger WHERE pair = ?)`, pair).Scan(&old); err != nil || old {
		return nil, err
	}
	if s.unseen == nil {
		s.unseen = map[int64]*unseen{}
	}
	s.unseen[pair] = newUnseen()
	return s.unseen[pair], nil
}

// prepared is a statement for looking up; it ends with the store.
func (s *sqliteStore) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	if stmt := s.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s.stmts == nil {
		s.stmts = map[string]*sql.Stmt{}
	}
	s.stmts[query] = stmt
	return stmt, nil
}

func (s *sqliteStore) Pairs(ctx context.Context) (pairs []Pair, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT route, source, target, account FROM pair ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer closing(rows, &err)
	for rows.Next() {
		var p Pair
		if err := rows.Scan(&p.Route, &p.Source, &p.Target, &p.Account); err != nil {
			return nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, rows.Err()
}

// closing joins a Close error to the one that a function returns.
func closing(c io.Closer, err *error) { *err = errors.Join(*err, c.Close()) }

// wrapFull tells a full disk from other trouble.
func wrapFull(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_FULL || e.Code() == sqlite3.SQLITE_IOERR_WRITE) {
		return fmt.Errorf("%w (%w)", ErrFull, err)
	}
	return err
}

func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func fromUnix(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}
