package archive

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

//go:embed search.sql
var searchSQL string

// searchVersion is the layout of search.db. A file of another one is built anew.
const searchVersion = 1

// openIndex opens search.db for writing. A lost tail after a power cut is made
// good by catching up, so its flushes are left to the system.
func openIndex(ctx context.Context, folder string) (*sql.DB, error) {
	path := filepath.Join(folder, searchFile)
	if err := touch(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, "rw", "page_size(8192)", "journal_mode(WAL)", "synchronous(NORMAL)",
		"cache_size(-32768)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	var version int
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	if err == nil && version != searchVersion {
		err = rebuild(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openIndexReader opens search.db beside its writer.
func openIndexReader(folder string) (*sql.DB, error) {
	return sql.Open("sqlite", dsn(filepath.Join(folder, searchFile), "ro", "query_only(1)", "cache_size(-16384)"))
}

// rebuild empties search.db in place, so that who reads it goes on.
func rebuild(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	var script strings.Builder
	for _, name := range []string{"word", "state", "ticket", "ticket_tag", "involved", "label", "email"} {
		fmt.Fprintf(&script, "DROP TABLE IF EXISTS %s;\n", name)
	}
	script.WriteString(searchSQL)
	// Larger batches in memory make fewer segments to merge later.
	script.WriteString("INSERT INTO word (word, rank) VALUES ('hashsize', 16777216);\n")
	fmt.Fprintf(&script, "INSERT INTO state VALUES (1, '', 0, 0); PRAGMA user_version = %d;", searchVersion)
	if _, err := tx.ExecContext(ctx, script.String()); err != nil {
		return err
	}
	return tx.Commit()
}

// adopt ties search.db to the archive: one that was made of another archive, or
// has seen more than the archive holds, is built anew.
func adopt(ctx context.Context, db, main *sql.DB) error {
	var mine, its string
	var done int64
	last, err := lastChange(ctx, main)
	err = errors.Join(err,
		main.QueryRowContext(ctx, "SELECT uuid FROM about").Scan(&its),
		db.QueryRowContext(ctx, "SELECT archive, done FROM state").Scan(&mine, &done))
	if err != nil {
		return err
	}
	if mine == its && done <= last {
		return nil
	}
	if done > 0 {
		if err := rebuild(ctx, db); err != nil {
			return err
		}
	}
	_, err = db.ExecContext(ctx, "UPDATE state SET archive = ?", its)
	return err
}

// behind tells how many changes the index lacks.
func behind(ctx context.Context, main querier, index querier) (int64, error) {
	var done int64
	last, err := lastChange(ctx, main)
	if err == nil {
		err = index.QueryRowContext(ctx, "SELECT done FROM state").Scan(&done)
	}
	return last - done, err
}
