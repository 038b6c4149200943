package assess

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// tally counts things by kind and key. There may be as many keys as there are records, so
// that they lie in a file; the newest are gathered in memory.
type tally struct {
	db    *sql.DB
	path  string
	fresh map[tallied]*entry
	most  int // of those
}

type tallied struct{ kind, key string }

// entry is what is counted of one thing. What is added last names it.
type entry struct {
	n, messages, bytes int64
	last               int64  // Unix seconds
	name, other        string // what it is called; what it belongs to
}

// gathered is how many things are counted in memory.
const gathered = 50_000

func newTally(folder string) (*tally, error) {
	dir, err := os.MkdirTemp(folder, "assess-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the counts: %w", err)
	}
	path := filepath.Join(dir, "counts.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(context.Background(), `CREATE TABLE tally (kind TEXT, key TEXT, n INT, messages INT, bytes INT, last INT, name TEXT, other TEXT,
			PRIMARY KEY (kind, key)) WITHOUT ROWID`)
	}
	if err != nil {
		_ = os.RemoveAll(dir) // what matters is why
		return nil, fmt.Errorf("the counts: %w", err)
	}
	return &tally{db: db, path: dir, fresh: map[tallied]*entry{}, most: gathered}, nil
}

func (t *tally) close() error {
	err := t.db.Close()
	if gone := os.RemoveAll(t.path); err == nil {
		err = gone
	}
	return err
}

// add counts something.
func (t *tally) add(kind, key string, e entry) {
	if key == "" {
		return
	}
	k := tallied{kind, key}
	have := t.fresh[k]
	if have == nil {
		t.fresh[k] = &e
		return
	}
	have.n, have.messages, have.bytes, have.last = have.n+e.n, have.messages+e.messages, have.bytes+e.bytes, max(have.last, e.last)
	if e.name != "" {
		have.name = e.name
	}
	if e.other != "" {
		have.other = e.other
	}
}

// full saves what is in memory when it has become much.
func (t *tally) full(ctx context.Context) error {
	if len(t.fresh) < t.most {
		return nil
	}
	return t.flush(ctx)
}

func (t *tally) flush(ctx context.Context) (err error) {
	if len(t.fresh) == 0 {
		return nil
	}
	tx, err := t.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("the counts: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // of no use after a commit
	put, err := tx.PrepareContext(ctx, `INSERT INTO tally VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET
		n = n + excluded.n, messages = messages + excluded.messages, bytes = bytes + excluded.bytes, last = max(last, excluded.last),
		name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END, other = CASE excluded.other WHEN '' THEN other ELSE excluded.other END`)
	if err != nil {
		return fmt.Errorf("the counts: %w", err)
	}
	for k, e := range t.fresh {
		if _, err := put.ExecContext(ctx, k.kind, k.key, e.n, e.messages, e.bytes, e.last, e.name, e.other); err != nil {
			return fmt.Errorf("the counts: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("the counts: %w", err)
	}
	clear(t.fresh)
	return nil
}

// row is one counted thing.
type row struct {
	key string
	entry
}

// rows asks for things: the rest of a SELECT whose columns are fixed.
func (t *tally) rows(ctx context.Context, rest string, args ...any) (out []row, err error) {
	all, err := t.db.QueryContext(ctx, "SELECT t.key, t.n, t.messages, t.bytes, t.last, t.name, t.other "+rest, args...)
	if err != nil {
		return nil, err
	}
	defer all.Close() //nolint:errcheck // Err tells
	for all.Next() {
		var r row
		if err := all.Scan(&r.key, &r.n, &r.messages, &r.bytes, &r.last, &r.name, &r.other); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, all.Err()
}

// top are the most frequent of a kind.
func (t *tally) top(ctx context.Context, kind string, most int) ([]row, error) {
	return t.rows(ctx, "FROM tally t WHERE t.kind = ? ORDER BY t.n DESC, t.messages DESC, t.key LIMIT ?", kind, most)
}

// number asks for one number.
func (t *tally) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = t.db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}
