package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/deskhaul/deskhaul/connectors"
)

// trouble says what an error of the database or the disk means to a run: a full
// disk and a folder that may not be written stop it.
func trouble(folder, doing string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("archive %s: %s: %w", folder, doing, err)
	switch {
	case isFull(err):
		return denied(err, fmt.Sprintf("free space on the disk of %s and run the same command again", folder))
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EROFS),
		hasCode(err, sqlite3.SQLITE_READONLY), hasCode(err, sqlite3.SQLITE_PERM):
		return denied(err, "make the folder writable for this user")
	case hasCode(err, sqlite3.SQLITE_CORRUPT), hasCode(err, sqlite3.SQLITE_NOTADB):
		return denied(err, "the file is damaged: put back a copy of the folder, or move it away and pull again")
	case errors.Is(err, sql.ErrTxDone): // of a transaction whose context ended database/sql says no more
		return fmt.Errorf("%w: %w", err, context.Canceled)
	}
	return err
}

func denied(err error, hint string) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient,
		Err:    fmt.Errorf("%w: %w", err, connectors.ErrDenied),
		Hint:   hint,
	}
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || hasCode(err, sqlite3.SQLITE_FULL)
}

// hasCode compares the primary result code, the low byte.
func hasCode(err error, code int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == code
}
