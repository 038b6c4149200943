package persons

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver

	"github.com/deskhaul/deskhaul/desk"
)

// index knows which contacts share a key, over however many others. There may be as many
// keys as there are contacts, so that it lies in a file, which is gone when it is closed.
type index struct {
	db     *sql.DB
	folder string
	tx     *sql.Tx
	stmts  [numStatements]*sql.Stmt
	added  int
	mu     sync.Mutex // whoever asks
}

// The statements.
const (
	askKey = iota
	putKey
	moveKeys
	putMember
	moveMembers
	askMembers
	askIsGroup
	numStatements
)

var statements = [numStatements]string{
	askKey:      "SELECT grp FROM known WHERE word = ?",
	putKey:      "INSERT OR IGNORE INTO known (word, grp) VALUES (?, ?)",
	moveKeys:    "UPDATE known SET grp = ? WHERE grp = ?",
	putMember:   "INSERT INTO member (id, grp, rank) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET grp = excluded.grp, rank = excluded.rank",
	moveMembers: "UPDATE member SET grp = ? WHERE grp = ?",
	askMembers:  "SELECT id FROM member WHERE grp = ? ORDER BY rank, id",
	askIsGroup:  "SELECT grp FROM member WHERE id = ? AND EXISTS (SELECT 1 FROM member o WHERE o.grp = member.grp AND o.id <> member.id)",
}

// at once is how many contacts go with one transaction.
const atOnce = 10_000

func newIndex(ctx context.Context, folder string) (*index, error) {
	dir, err := os.MkdirTemp(folder, "persons-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the index of people: %w", err)
	}
	i := &index{folder: dir}
	i.db, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "persons.db")+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=cache_size(-16000)")
	if err == nil {
		i.db.SetMaxOpenConns(1)
		_, err = i.db.ExecContext(ctx, `CREATE TABLE known (word TEXT PRIMARY KEY, grp INTEGER NOT NULL) WITHOUT ROWID;
			CREATE INDEX known_grp ON known (grp);
			CREATE TABLE member (id TEXT PRIMARY KEY, grp INTEGER NOT NULL, rank INTEGER NOT NULL) WITHOUT ROWID;
			CREATE INDEX member_grp ON member (grp, rank, id)`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the index of people: %w", err), i.close())
	}
	return i, nil
}

func (i *index) close() error {
	var err error
	if i.tx != nil {
		err = i.tx.Rollback()
	}
	if i.db != nil {
		err = errors.Join(err, i.db.Close())
	}
	return errors.Join(err, os.RemoveAll(i.folder))
}

// prepared is a statement of the transaction at hand, or of none.
func (i *index) prepared(ctx context.Context, n int) (*sql.Stmt, error) {
	if i.stmts[n] == nil {
		var err error
		if i.tx != nil {
			i.stmts[n], err = i.tx.PrepareContext(ctx, statements[n])
		} else {
			i.stmts[n], err = i.db.PrepareContext(ctx, statements[n])
		}
		if err != nil {
			return nil, fmt.Errorf("the index of people: %w", err)
		}
	}
	return i.stmts[n], nil
}

func (i *index) exec(ctx context.Context, n int, args ...any) error {
	stmt, err := i.prepared(ctx, n)
	if err == nil {
		_, err = stmt.ExecContext(ctx, args...)
	}
	return err
}

// one asks for a number; false if there is none.
func (i *index) one(ctx context.Context, n int, args ...any) (v int64, ok bool, err error) {
	stmt, err := i.prepared(ctx, n)
	if err != nil {
		return 0, false, err
	}
	err = stmt.QueryRowContext(ctx, args...).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return v, err == nil, err
}

// add enters a contact with what it is known by.
func (i *index) add(ctx context.Context, id desk.ID, rank int, keys []string) error {
	if i.tx == nil {
		if err := i.begin(ctx); err != nil {
			return err
		}
	}
	i.added++
	grp := int64(i.added)
	for _, key := range keys {
		other, ok, err := i.one(ctx, askKey, key)
		if err != nil {
			return err
		}
		if ok && other != grp {
			if err := i.unite(ctx, &grp, other); err != nil {
				return err
			}
		}
	}
	for _, key := range keys {
		if err := i.exec(ctx, putKey, key, grp); err != nil {
			return err
		}
	}
	if err := i.exec(ctx, putMember, string(id), grp, rank); err != nil {
		return err
	}
	if i.added%atOnce == 0 {
		return i.commit()
	}
	return nil
}

// unite makes the contacts of another group those of this one, by the number of the older.
func (i *index) unite(ctx context.Context, grp *int64, other int64) error {
	from := max(*grp, other)
	*grp = min(*grp, other)
	return errors.Join(i.exec(ctx, moveKeys, *grp, from), i.exec(ctx, moveMembers, *grp, from))
}

func (i *index) begin(ctx context.Context) (err error) {
	i.stmts = [numStatements]*sql.Stmt{}
	i.tx, err = i.db.BeginTx(ctx, nil)
	return err
}

func (i *index) commit() error {
	if i.tx == nil {
		return nil
	}
	err := i.tx.Commit()
	i.tx, i.stmts = nil, [numStatements]*sql.Stmt{}
	return err
}

// members are the contacts who are one person with that of the id, the first of them
// first; nil if it is one by itself.
func (i *index) members(ctx context.Context, id desk.ID) (ids []desk.ID, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	grp, several, err := i.one(ctx, askIsGroup, string(id))
	if !several || err != nil {
		return nil, err
	}
	stmt, err := i.prepared(ctx, askMembers)
	if err != nil {
		return nil, err
	}
	return texts(stmt.QueryContext(ctx, grp))
}

func texts(rows *sql.Rows, err error) (ids []desk.ID, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // what matters is the error of reading
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, desk.ID(id))
	}
	return ids, rows.Err()
}

// groups yields the first member of each person who is several contacts.
func (i *index) groups(ctx context.Context) iter.Seq2[desk.ID, error] {
	return func(yield func(desk.ID, error) bool) {
		after := int64(-1)
		for {
			var grp int64
			var first string
			err := i.db.QueryRowContext(ctx, "SELECT grp, id FROM member WHERE grp > ? GROUP BY grp HAVING COUNT(*) > 1 ORDER BY grp, rank, id LIMIT 1", after).Scan(&grp, &first)
			if errors.Is(err, sql.ErrNoRows) {
				return
			}
			if !yield(desk.ID(first), err) || err != nil {
				return
			}
			after = grp
		}
	}
}
