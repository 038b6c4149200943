// Package lists keeps what the numbers of a report are of, record by record. There may be
// as many as there are records, so that they lie in a file, and only the newest in memory.
package lists

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver

	"github.com/deskhaul/deskhaul/desk"
)

// Key says of which list something is, and what it is.
type Key struct {
	Way   int       // the leg
	Class string    // the list: created, failed, lost …
	Kind  desk.Kind // of what is counted
	Field string    // parts the list further
	// Ticket is of messages and files their ticket. ID is what is counted; "" several of a
	// ticket, taken together.
	Ticket, ID desk.ID
	// Detail tells apart several of one record.
	Detail string
}

// owner is a record of a leg.
type owner struct {
	way  int
	kind desk.Kind
	id   desk.ID
}

// About is what there is to know of a record: what it is called, and where people open it.
type About struct{ Name, URL string }

// Lists are the lists of one report. Their methods may be called from several goroutines.
type Lists struct {
	db  *sql.DB
	dir string

	mu    sync.Mutex
	fresh map[Key]int64
	about map[owner]About
	most  int // of each in memory
	err   error
}

// gathered is how many entries are kept in memory.
const gathered = 20_000

// New makes lists in a folder; they are gone when they are closed.
func New(folder string) (*Lists, error) {
	dir, err := os.MkdirTemp(folder, "lists-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the lists of a page: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "lists.db")+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(context.Background(), `
			CREATE TABLE entry (way INT, class TEXT, kind TEXT, field TEXT, ticket TEXT, id TEXT, detail TEXT, n INT,
				PRIMARY KEY (way, class, kind, field, ticket, id, detail)) WITHOUT ROWID;
			CREATE TABLE about (way INT, kind TEXT, id TEXT, name TEXT, url TEXT, PRIMARY KEY (way, kind, id)) WITHOUT ROWID`)
	}
	if err != nil {
		_ = os.RemoveAll(dir) // what matters is why
		return nil, fmt.Errorf("the lists of a page: %w", err)
	}
	return &Lists{db: db, dir: dir, fresh: map[Key]int64{}, about: map[owner]About{}, most: gathered}, nil
}

// Add counts so many of something, or with n below zero takes them back. Errors come back
// when the lists are read.
func (l *Lists) Add(k Key, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh[k] += n
	l.full()
}

// Know puts down what there is to know of a record on a leg.
func (l *Lists) Know(way int, kind desk.Kind, id desk.ID, a About) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.about[owner{way, kind, id}] = a
	l.full()
}

// full saves what is in memory when it has become much.
func (l *Lists) full() {
	if l.err == nil && (len(l.fresh) >= l.most || len(l.about) >= l.most) {
		l.err = l.save(context.Background())
	}
	if l.err != nil { // nobody will read them
		clear(l.fresh)
		clear(l.about)
	}
}

// save writes what is in memory into the file.
func (l *Lists) save(ctx context.Context) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // of no use after a commit
	put, err := tx.PrepareContext(ctx, `INSERT INTO entry VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET n = n + excluded.n`)
	if err != nil {
		return err
	}
	defer put.Close() //nolint:errcheck // it goes with the transaction
	for k, n := range l.fresh {
		if _, err := put.ExecContext(ctx, k.Way, k.Class, k.Kind, k.Field, k.Ticket, k.ID, k.Detail, n); err != nil {
			return err
		}
	}
	know, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO about VALUES (?,?,?,?,?)`)
	if err != nil {
		return err
	}
	defer know.Close() //nolint:errcheck // likewise
	for o, a := range l.about {
		if _, err := know.ExecContext(ctx, o.way, o.kind, o.id, a.Name, a.URL); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	clear(l.fresh)
	clear(l.about)
	return nil
}

// Close removes the lists.
func (l *Lists) Close() error {
	err := l.db.Close()
	if gone := os.RemoveAll(l.dir); err == nil {
		err = gone
	}
	return err
}
