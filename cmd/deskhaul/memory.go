package main

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

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// memory keeps what a plan has read of a source, in a file that is gone when the plan is
// made: the source is not asked again. What was put last of a record counts.
type memory struct {
	mu     sync.Mutex
	db     *sql.DB
	folder string
	tx     *sql.Tx
	insert *sql.Stmt
	n      int
}

// putAtOnce is how many records go with one transaction.
const putAtOnce = 2000

func newMemory(temp string) (*memory, error) {
	dir, err := os.MkdirTemp(temp, "plan-")
	if err != nil {
		return nil, fmt.Errorf("remember the source for a plan: %w", err)
	}
	m := &memory{folder: dir}
	m.db, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "memory.db")+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err == nil {
		m.db.SetMaxOpenConns(1)
		_, err = m.db.ExecContext(context.Background(), `CREATE TABLE record (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL);
			CREATE UNIQUE INDEX named ON record (kind, id); CREATE INDEX ordered ON record (kind, seq)`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("remember the source for a plan: %w", err), m.Close())
	}
	return m, nil
}

func (m *memory) put(r desk.Record) error {
	b, err := desk.Marshal(r)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ctx := context.Background() // a plan that is stopped ends at its next step
	if m.tx == nil {
		if m.tx, err = m.db.BeginTx(ctx, nil); err == nil {
			m.insert, err = m.tx.PrepareContext(ctx, "INSERT OR REPLACE INTO record (kind, id, body) VALUES (?, ?, ?)")
		}
	}
	if err == nil {
		_, err = m.insert.ExecContext(ctx, string(r.Kind()), string(r.About().ID), b)
	}
	if m.n++; err == nil && m.n%putAtOnce == 0 {
		err = m.commit()
	}
	if err != nil {
		return fmt.Errorf("remember the source for a plan: %w", err)
	}
	return nil
}

func (m *memory) commit() error {
	if m.tx == nil {
		return nil
	}
	err := m.tx.Commit()
	m.tx, m.insert = nil, nil
	return err
}

// Fetch is the record that was put last, or connectors.ErrNotFound.
func (m *memory) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, r, err := m.row(ctx, "SELECT seq, body FROM record WHERE kind = ? AND id = ?", string(kind), string(id))
	return r, err
}

// read yields the records of a kind in the order in which they came.
func (m *memory) read(ctx context.Context, kind desk.Kind) iter.Seq2[desk.Record, error] {
	return func(yield func(desk.Record, error) bool) {
		for seq := int64(-1); ; {
			m.mu.Lock()
			next, r, err := m.row(ctx, "SELECT seq, body FROM record WHERE kind = ? AND seq > ? ORDER BY seq LIMIT 1", string(kind), seq)
			m.mu.Unlock()
			if errors.Is(err, connectors.ErrNotFound) {
				return
			}
			if !yield(r, err) || err != nil {
				return
			}
			seq = next
		}
	}
}

func (m *memory) row(ctx context.Context, query string, args ...any) (seq int64, r desk.Record, err error) {
	if err := m.commit(); err != nil {
		return 0, nil, fmt.Errorf("read what the plan remembers: %w", err)
	}
	var b []byte
	err = m.db.QueryRowContext(ctx, query, args...).Scan(&seq, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, connectors.ErrNotFound
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read what the plan remembers: %w", err)
	}
	r, err = desk.Unmarshal(b)
	return seq, r, err
}

// Close forgets all.
func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var err error
	if m.tx != nil {
		err = m.tx.Rollback()
	}
	if m.db != nil {
		err = errors.Join(err, m.db.Close())
	}
	return errors.Join(err, os.RemoveAll(m.folder))
}
