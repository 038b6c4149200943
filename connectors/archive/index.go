package archive

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
)

//go:embed search.sql
var searchSQL string

// searchVersion is the layout of search.db. A file of another one is built anew.
const searchVersion = 4

// openIndex opens search.db for writing. A lost tail after a power cut is made
// good by catching up, so its flushes are left to the system.
func openIndex(ctx context.Context, folder string) (*sql.DB, error) {
	path := filepath.Join(folder, searchFile)
	if err := touch(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, "rw", "page_size(8192)", "synchronous(NORMAL)",
		writerCache, "wal_autocheckpoint(4000)", "journal_size_limit(67108864)")+walMode)
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

// openIndexReader opens search.db beside its writer. It wraps ErrNoIndex where that
// is not there, is of another layout, or was made of another archive.
func openIndexReader(ctx context.Context, folder string, main querier) (*sql.DB, error) {
	path := filepath.Join(folder, searchFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: %w", path, ErrNoIndex)
	}
	db, err := openStill(ctx, path, readerCache)
	if err != nil {
		return nil, err
	}
	if err := current(ctx, db, main); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func current(ctx context.Context, index, main querier) error {
	var version int
	var mine, its string
	err := index.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	if err == nil && version != searchVersion {
		return fmt.Errorf("%s has layout %d, this program reads %d: %w", searchFile, version, searchVersion, ErrNoIndex)
	}
	err = errors.Join(err,
		index.QueryRowContext(ctx, "SELECT archive FROM state").Scan(&mine),
		main.QueryRowContext(ctx, "SELECT uuid FROM about").Scan(&its))
	if err == nil && mine != "" && mine != its {
		err = fmt.Errorf("%s belongs to another archive: %w", searchFile, ErrNoIndex)
	}
	return err
}

// rebuild empties search.db in place, so that who reads it goes on.
func rebuild(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	var script strings.Builder
	for _, name := range []string{"state", "ticket", "label", "email", "segment", "block"} {
		fmt.Fprintf(&script, "DROP TABLE IF EXISTS %s;\n", name)
	}
	script.WriteString(searchSQL + words.Schema())
	fmt.Fprintf(&script, "INSERT INTO state VALUES (1, '', 0, 0); PRAGMA user_version = %d;", searchVersion)
	if _, err := tx.ExecContext(ctx, script.String()); err != nil {
		return err
	}
	return tx.Commit()
}

// condemn makes search.db one of no layout that this program knows, so that it is
// built anew.
func condemn(ctx context.Context, folder string) error {
	db, err := sql.Open("sqlite", dsn(filepath.Join(folder, searchFile), "rw"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA user_version = 0")
	return errors.Join(err, db.Close())
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
