// Package unions knows which things share a word, over however many others: contacts an
// address, tickets a number. There may be as many words as there are records, so that
// they lie in a file, which is gone when it is closed.
package unions

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
)

// Set is things and their words. First all are added, by one goroutine; after Done any
// number may ask.
type Set struct {
	db     *sql.DB
	folder string
	tx     *sql.Tx
	stmts  [numStatements]*sql.Stmt
	added  int
	mu     sync.Mutex // whoever asks
}

// The statements.
const (
	askWord = iota
	putWord
	moveWords
	putMember
	moveMembers
	askMembers
	askGroup
	numStatements
)

var statements = [numStatements]string{
	askWord:     "SELECT grp FROM known WHERE word = ?",
	putWord:     "INSERT OR IGNORE INTO known (word, grp) VALUES (?, ?)",
	moveWords:   "UPDATE known SET grp = ? WHERE grp = ?",
	putMember:   "INSERT INTO member (id, grp, rank) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET grp = excluded.grp, rank = excluded.rank",
	moveMembers: "UPDATE member SET grp = ? WHERE grp = ?",
	askMembers:  "SELECT id FROM member WHERE grp = ? ORDER BY rank, id",
	askGroup:    "SELECT grp FROM member WHERE id = ? AND EXISTS (SELECT 1 FROM member o WHERE o.grp = member.grp AND o.id <> member.id)",
}

// atOnce is how many things go with one transaction.
const atOnce = 10_000

// New makes an empty set in a folder for what is soon gone.
func New(ctx context.Context, temp string) (*Set, error) {
	dir, err := os.MkdirTemp(temp, "unions-")
	if err != nil {
		return nil, fmt.Errorf("a folder for what belongs together: %w", err)
	}
	s := &Set{folder: dir}
	s.db, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "unions.db")+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=cache_size(-16000)")
	if err == nil {
		s.db.SetMaxOpenConns(1)
		_, err = s.db.ExecContext(ctx, `CREATE TABLE known (word TEXT PRIMARY KEY, grp INTEGER NOT NULL) WITHOUT ROWID;
			CREATE INDEX known_grp ON known (grp);
			CREATE TABLE member (id TEXT PRIMARY KEY, grp INTEGER NOT NULL, rank INTEGER NOT NULL) WITHOUT ROWID;
			CREATE INDEX member_grp ON member (grp, rank, id)`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("what belongs together: %w", err), s.Close())
	}
	return s, nil
}

// Close forgets all.
func (s *Set) Close() error {
	var err error
	if s.tx != nil {
		err = s.tx.Rollback()
	}
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

// prepared is a statement of the transaction at hand, or of none.
func (s *Set) prepared(ctx context.Context, n int) (*sql.Stmt, error) {
	if s.stmts[n] == nil {
		var err error
		if s.tx != nil {
			s.stmts[n], err = s.tx.PrepareContext(ctx, statements[n])
		} else {
			s.stmts[n], err = s.db.PrepareContext(ctx, statements[n])
		}
		if err != nil {
			return nil, fmt.Errorf("what belongs together: %w", err)
		}
	}
	return s.stmts[n], nil
}

func (s *Set) exec(ctx context.Context, n int, args ...any) error {
	stmt, err := s.prepared(ctx, n)
	if err == nil {
		_, err = stmt.ExecContext(ctx, args...)
	}
	return err
}

// one asks for a number; false if there is none.
func (s *Set) one(ctx context.Context, n int, args ...any) (v int64, ok bool, err error) {
	stmt, err := s.prepared(ctx, n)
	if err != nil {
		return 0, false, err
	}
	err = stmt.QueryRowContext(ctx, args...).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return v, err == nil, err
}

// Add enters a thing with its words. The things of a group come in the order of their
// ranks, then of their ids.
func (s *Set) Add(ctx context.Context, id string, rank int, words []string) error {
	if s.tx == nil {
		if err := s.begin(ctx); err != nil {
			return err
		}
	}
	s.added++
	grp := int64(s.added)
	for _, w := range words {
		other, ok, err := s.one(ctx, askWord, w)
		if err == nil && ok && other != grp {
			from := max(grp, other)
			grp = min(grp, other)
			err = errors.Join(s.exec(ctx, moveWords, grp, from), s.exec(ctx, moveMembers, grp, from))
		}
		if err != nil {
			return err
		}
	}
	for _, w := range words {
		if err := s.exec(ctx, putWord, w, grp); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, putMember, id, grp, rank); err != nil {
		return err
	}
	if s.added%atOnce == 0 {
		return s.Done()
	}
	return nil
}

func (s *Set) begin(ctx context.Context) (err error) {
	s.stmts = [numStatements]*sql.Stmt{}
	s.tx, err = s.db.BeginTx(ctx, nil)
	return err
}

// Done says that all have been added.
func (s *Set) Done() error {
	if s.tx == nil {
		return nil
	}
	err := s.tx.Commit()
	s.tx, s.stmts = nil, [numStatements]*sql.Stmt{}
	return err
}

// Together are the things that share a word with a thing, over however many, itself among
// them; nil if there is no other.
func (s *Set) Together(ctx context.Context, id string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	grp, several, err := s.one(ctx, askGroup, id)
	if !several || err != nil {
		return nil, err
	}
	stmt, err := s.prepared(ctx, askMembers)
	if err != nil {
		return nil, err
	}
	return texts(stmt.QueryContext(ctx, grp))
}

func texts(rows *sql.Rows, err error) (out []string, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // what matters is the error of reading
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Groups yields the first thing of each group of several.
func (s *Set) Groups(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for after := int64(-1); ; {
			var grp int64
			var first string
			err := s.db.QueryRowContext(ctx, `SELECT grp, (SELECT id FROM member i WHERE i.grp = o.grp ORDER BY rank, id LIMIT 1)
				FROM member o WHERE grp > ? GROUP BY grp HAVING COUNT(*) > 1 ORDER BY grp LIMIT 1`, after).Scan(&grp, &first)
			if errors.Is(err, sql.ErrNoRows) {
				return
			}
			if !yield(first, err) || err != nil {
				return
			}
			after = grp
		}
	}
}
