package checkpoints

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"strings"
)

//go:embed schema.sql
var schema string

//go:embed schema2.sql
var schema2 string

//go:embed schema3.sql
var schema3 string

// steps lead from each version of the file's format to the next.
var steps = []string{schema, schema2, schema3}

// schemaVersion is PRAGMA user_version of the files that this program writes.
var schemaVersion = len(steps)

// migrate brings the file to the format of this program. A file of an older one is
// copied first, to a name with its version behind it.
func (s *sqliteStore) migrate(ctx context.Context) error {
	var v int
	if err := s.write.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&v); err != nil {
		return err
	}
	switch {
	case v == schemaVersion:
		return nil
	case v > schemaVersion:
		return fmt.Errorf("%w (format %d, this one knows %d): update deskhaul", ErrNewer, v, schemaVersion)
	case v > 0 && !s.temporary:
		if err := s.backup(ctx, fmt.Sprintf("%s.v%d", s.path, v)); err != nil {
			return err
		}
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, strings.Join(steps[v:], ";")+fmt.Sprintf(`; PRAGMA user_version = %d`, schemaVersion))
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// backup copies the file. One that was begun and not finished is made anew.
func (s *sqliteStore) backup(ctx context.Context, path string) error {
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // SQLite would make it readable for all
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if _, err := s.write.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return fmt.Errorf("copy it to %s before its format is changed: %w", path, err)
	}
	return nil
}
