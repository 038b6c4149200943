package archive

import (
	"context"
	"database/sql"
	"errors"
)

// statements are the writer's, prepared once. Those of a connection do not close
// with it, and while one is open SQLite cannot fold in the write-ahead log.
type statements struct {
	all []*sql.Stmt

	insertRecord, updateRecord, touchRecord    *sql.Stmt
	byMark, byID                               *sql.Stmt
	insertMessage, updateMessage, messageByKey *sql.Stmt
	lastMessage, sumMessages, deleteMessages   *sql.Stmt
	sizeOfFile, insertFile, savePack, addTally *sql.Stmt
}

const storedColumns = "SELECT n, id, mark, source, state, change, updated, body FROM record "

func (s *statements) prepare(ctx context.Context, conn *sql.Conn) error {
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&s.insertRecord, `INSERT OR IGNORE INTO record (n, kind, id, mark, source, state, change, natural, updated, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.updateRecord, `UPDATE record SET mark = ?2, state = ?3, change = ?4, natural = ?5, updated = ?6, body = ?7 WHERE n = ?1`},
		{&s.touchRecord, `UPDATE record SET change = ?2 WHERE n = ?1`},
		{&s.byMark, storedColumns + "WHERE kind = ? AND mark = ?"},
		{&s.byID, storedColumns + "WHERE kind = ? AND id = ?"},
		{&s.insertMessage, `INSERT INTO message (n, key, change, at, files, name, rest, body, html) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.updateMessage, `UPDATE message SET change = ?2, at = ?3, files = ?4, rest = ?5, body = ?6, html = ?7 WHERE n = ?1`},
		{&s.messageByKey, "SELECT n, name, rest, body, html FROM message WHERE key = ?"},
		{&s.lastMessage, "SELECT coalesce(max(n), ?1) FROM message WHERE n BETWEEN ?1 AND ?2"},
		{&s.sumMessages, "SELECT count(*), coalesce(sum(files), 0) FROM message WHERE n BETWEEN ? AND ?"},
		{&s.deleteMessages, "DELETE FROM message WHERE n BETWEEN ? AND ?"},
		{&s.sizeOfFile, "SELECT size FROM file WHERE sha = ?"},
		{&s.insertFile, "INSERT OR IGNORE INTO file (sha, pack, offset, size) VALUES (?, ?, ?, ?)"},
		{&s.savePack, "INSERT INTO pack (n, size) VALUES (?, ?) ON CONFLICT DO UPDATE SET size = excluded.size"},
		{&s.addTally, `INSERT INTO tally (kind, source, state, count) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET count = count + excluded.count`},
	} {
		stmt, err := conn.PrepareContext(ctx, p.text)
		if err != nil {
			return err
		}
		*p.stmt = stmt
		s.all = append(s.all, stmt)
	}
	return nil
}

func (s *statements) close() error {
	var errs []error
	for _, stmt := range s.all {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}
