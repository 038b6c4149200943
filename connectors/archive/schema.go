package archive

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the database driver "sqlite"
)

//go:embed schema.sql
var schemaSQL string

// schemaVersion is the schema of archive.db that this program writes. A new one
// needs a step in migrations.
const schemaVersion = 1

// applicationID is "dhar", so that file(1) and SQLite tell whose file it is.
const applicationID = 0x64686172

const (
	mainFile   = "archive.db"
	searchFile = "search.db"
	lockFile   = "archive.lock"
)

// migrations[v] brings a file of version v to version v+1, in one transaction.
func migrations() map[int]string {
	return map[int]string{}
}

// dsn names a database file for the driver. Each pragma holds for every
// connection that is opened with it.
func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// pageSize: a mail's text and HTML fill pages of this size well, and fewer of them
// are to be written, each twice. Pages of 16 KB save a little more CPU, but the
// driver's memory for them costs 15 MB more.
const pageSize = "page_size(8192)"

// walMode is set after the pragmas, which the driver runs in the order of the
// alphabet: from the first write on the page size is fixed.
const walMode = "&_journal_mode=WAL"

// writerCache is how much a connection remembers that mostly writes new rows: it
// gains nothing from more, and the driver gives memory back page by page, which
// takes longer than what the memory saves.
const writerCache = "cache_size(-1024)"

// readerCache is for those who look for things.
const readerCache = "cache_size(-4096)"

// openMain opens archive.db for writing, makes it if it is not there, and
// brings it to this program's schema. The caller holds the lock.
func openMain(ctx context.Context, folder string) (*sql.DB, error) {
	path := filepath.Join(folder, mainFile)
	if err := touch(path); err != nil {
		return nil, trouble(folder, "create database", err)
	}
	db, err := sql.Open("sqlite", dsn(path, "rw",
		pageSize, "synchronous(FULL)", writerCache,
		logLimit, "journal_size_limit(67108864)")+walMode)
	if err != nil {
		return nil, trouble(folder, "open database", err)
	}
	db.SetMaxOpenConns(1)
	if err := prepareMain(ctx, db, path); err != nil {
		return nil, trouble(folder, "open database", errors.Join(err, db.Close()))
	}
	return db, nil
}

// touch makes an empty file that only its owner reads, before SQLite would make
// one with other rights.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func prepareMain(ctx context.Context, db *sql.DB, path string) error {
	version, err := checkVersion(ctx, db)
	if err != nil || version == schemaVersion {
		return err
	}
	if version > 0 {
		if err := backup(ctx, db, path, version); err != nil {
			return err
		}
	}
	for ; version < schemaVersion; version++ {
		if err := migrate(ctx, db, version); err != nil {
			return fmt.Errorf("migrate from version %d: %w", version, err)
		}
	}
	return nil
}

// checkVersion returns the file's schema version, 0 for an empty file. It refuses
// files of newer programs and of other applications.
func checkVersion(ctx context.Context, db *sql.DB) (int, error) {
	var version, app, tables int
	err := errors.Join(
		db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version),
		db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app),
		db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables))
	switch {
	case err != nil:
		return 0, err
	case tables > 0 && app != applicationID:
		return 0, fmt.Errorf("%s is a database of another program: choose another folder", mainFile)
	case version > schemaVersion:
		return 0, fmt.Errorf("%s has schema version %d, this program knows up to %d: use a newer deskhaul",
			mainFile, version, schemaVersion)
	}
	return version, nil
}

func migrate(ctx context.Context, db *sql.DB, from int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	step := migrations()[from]
	if from == 0 {
		step = schemaSQL
	}
	if _, err := tx.ExecContext(ctx, step); err != nil {
		return err
	}
	if from == 0 {
		if _, err := tx.ExecContext(ctx, "INSERT INTO about VALUES (1, ?)", uuid.NewString()); err != nil {
			return err
		}
	}
	for _, q := range []string{
		fmt.Sprintf("PRAGMA user_version = %d", from+1),
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// backup copies the file as it was before its schema is changed. A copy that
// is there already is from an earlier attempt and is made anew.
func backup(ctx context.Context, db *sql.DB, path string, version int) error {
	copyPath := fmt.Sprintf("%s.v%d.bak", path, version)
	if err := os.Remove(copyPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("backup before migration: %w", err)
	}
	if err := touch(copyPath); err != nil {
		return fmt.Errorf("backup before migration: %w", err)
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", copyPath); err != nil {
		return fmt.Errorf("backup before migration: %w", err)
	}
	return nil
}

// openStill opens a database file for reading, also where its folder cannot be
// written to: SQLite cannot make the file there by which readers and a writer agree.
// Nobody writes there, so that none is needed. cache is readerCache or writerCache.
func openStill(ctx context.Context, path, cache string) (*sql.DB, error) {
	source := dsn(path, "ro", "query_only(1)", cache)
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	var tables int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables)
	if info, bad := os.Stat(path + "-wal"); err == nil || bad == nil && info.Size() > 0 {
		return db, nil // what is wrong is told by whoever reads
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return sql.Open("sqlite", source+"&immutable=1")
}

// openReader opens archive.db for reading beside a writer. It wraps
// fs.ErrNotExist if there is none.
func openReader(ctx context.Context, folder, cache string) (*sql.DB, error) {
	path := filepath.Join(folder, mainFile)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := openStill(ctx, path, cache)
	if err != nil {
		return nil, err
	}
	version, err := checkVersion(ctx, db)
	if err == nil && version == 0 {
		err = fmt.Errorf("%s is empty: %w", mainFile, fs.ErrNotExist)
	}
	if err == nil && version < schemaVersion {
		err = fmt.Errorf("%s has the old schema version %d: run a command that writes to it once, it is brought forward then", mainFile, version)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
