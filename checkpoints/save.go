package checkpoints

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// The numbers that stand for kinds and states in the file. They must not change.
var (
	kindNumber = map[desk.Kind]int{
		desk.KindOrganization: 1, desk.KindGroup: 2, desk.KindAgent: 3, desk.KindCategory: 4,
		desk.KindContact: 5, desk.KindTicket: 6, desk.KindMessage: 7,
	}
	stateNumber = map[State]int{Entered: 1, Intended: 2, Held: 3, Failed: 4, Done: 10, Skipped: 11}
	numberKind  = inverse(kindNumber)
	numberState = inverse(stateNumber)
)

func inverse[K comparable](m map[K]int) map[int]K {
	out := make(map[int]K, len(m))
	for k, n := range m {
		out[n] = k
	}
	return out
}

const (
	flagAdopted = 1 << iota
	flagJoined
)

const rowColumns = `kind, parent, id, state, flags, run, target, mark, written, mapping, version, reason, detail, since, job, returned, tversion, natural`

// perInsert is how many rows go into one statement: the cost of a statement is
// then shared, and SQLite's limit on parameters is far.
const perInsert = 24

var (
	insertMany = insertRows(perInsert)
	insertOne  = insertRows(1)
)

func insertRows(n int) string {
	cols := strings.Count(rowColumns, ",") + 2
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", cols), ",") + ")"
	return `INSERT OR REPLACE INTO ledger (pair, ` + rowColumns + `) VALUES ` + strings.TrimSuffix(strings.Repeat(one+",", n), ",")
}

// save writes layers, oldest first, in one transaction.
func (s *sqliteStore) save(ctx context.Context, layers []*layer) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, l := range layers {
		if err := s.saveLayer(ctx, tx, l); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func (s *sqliteStore) saveLayer(ctx context.Context, tx *sql.Tx, l *layer) error {
	if err := saveRows(ctx, tx, l); err != nil {
		return err
	}
	for key, at := range l.cursors {
		if _, err := tx.ExecContext(ctx, `INSERT INTO part (pair, kind, part, hash, cursor, at) VALUES (?,?,?,?,?,?)
			ON CONFLICT DO UPDATE SET hash = excluded.hash, cursor = excluded.cursor, at = excluded.at`,
			key.pair, kindNumber[key.kind], key.part, at.hash, at.cursor, time.Now().UnixMilli()); err != nil {
			return err
		}
	}
	for owner, keys := range l.keys {
		if err := s.saveKeys(ctx, tx, owner, keys); err != nil {
			return err
		}
	}
	return nil
}

func saveRows(ctx context.Context, tx *sql.Tx, l *layer) error {
	many, err := tx.PrepareContext(ctx, insertMany)
	if err != nil {
		return err
	}
	defer many.Close() //nolint:errcheck // a statement of a transaction that ends with it
	var args []any
	n := 0
	for _, key := range l.order() {
		for row := range l.rows[key].all() {
			args = append(args, append([]any{key.pair}, rowArgs(row)...)...)
			if n++; n%perInsert == 0 {
				if _, err := many.ExecContext(ctx, args...); err != nil {
					return err
				}
				args = args[:0]
			}
		}
	}
	width := strings.Count(rowColumns, ",") + 2
	for rest := range slices.Chunk(args, width) {
		if _, err := tx.ExecContext(ctx, insertOne, rest...); err != nil {
			return err
		}
	}
	return nil
}

// order is the layer's records as the file keeps them: rows that lie together are
// written together.
func (l *layer) order() []recordKey {
	return slices.SortedFunc(maps.Keys(l.rows), func(a, b recordKey) int {
		return cmp.Or(cmp.Compare(a.pair, b.pair), cmp.Compare(kindNumber[a.kind], kindNumber[b.kind]), cmp.Compare(a.id, b.id))
	})
}

// all yields the record's own line and those of its messages.
func (r *recordRows) all() func(func(Row) bool) {
	return func(yield func(Row) bool) {
		if r.own != nil && !yield(*r.own) {
			return
		}
		for _, m := range r.messages {
			if !yield(m) {
				return
			}
		}
	}
}

func rowArgs(r Row) []any {
	flags := 0
	if r.Adopted {
		flags |= flagAdopted
	}
	if r.Joined {
		flags |= flagJoined
	}
	written := r.Written.Encode()
	if r.Kind == desk.KindMessage {
		written, _ = hex.DecodeString(r.Print)
	}
	return []any{
		kindNumber[r.Kind], string(r.Parent), string(r.ID), stateNumber[r.State], flags, r.Run, null(string(r.Target)), null(r.Mark),
		blob(written), null(r.Mapping), null(r.Version), null(r.Reason), null(r.Detail), unix(r.Since), null(r.Job),
		blob(r.Returned.Encode()), null(r.TargetVersion), null(r.Natural),
	}
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func blob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func scanRow(rows *sql.Rows) (Row, error) {
	var r Row
	var kind, state, flags int
	var target, mark, mapping, version, reason, detail, job, tversion, natural sql.NullString
	var since sql.NullInt64
	var written, returned sql.RawBytes
	err := rows.Scan(&kind, &r.Parent, &r.ID, &state, &flags, &r.Run, &target, &mark, &written, &mapping, &version,
		&reason, &detail, &since, &job, &returned, &tversion, &natural)
	if err != nil {
		return r, err
	}
	r.Kind, r.State = numberKind[kind], numberState[state]
	r.Adopted, r.Joined = flags&flagAdopted != 0, flags&flagJoined != 0
	r.Target, r.Mark, r.Mapping, r.Version = desk.ID(target.String), mark.String, mapping.String, version.String
	r.Reason, r.Detail, r.Job, r.TargetVersion, r.Natural = reason.String, detail.String, job.String, tversion.String, natural.String
	r.Since = fromUnix(since)
	if r.Kind == desk.KindMessage {
		r.Print = hex.EncodeToString(written)
	} else if r.Written, err = desk.DecodePrints(written); err != nil {
		return r, fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
	}
	r.Returned, err = desk.DecodePrints(returned)
	return r, err
}

func (s *sqliteStore) saveKeys(ctx context.Context, tx *sql.Tx, owner string, keys map[string][]byte) error {
	id, err := s.owner(ctx, tx, owner)
	if err != nil {
		return err
	}
	put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO keys (owner, key, value) VALUES (?,?,?)`)
	if err != nil {
		return err
	}
	defer put.Close() //nolint:errcheck // a statement of a transaction that ends with it
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if v := keys[name]; v != nil {
			_, err = put.ExecContext(ctx, id, name, v)
		} else {
			_, err = tx.ExecContext(ctx, `DELETE FROM keys WHERE owner = ? AND key = ?`, id, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// owner returns the number that stands for a UUID in the table of keys.
func (s *sqliteStore) owner(ctx context.Context, tx *sql.Tx, uuid string) (int64, error) {
	if id, ok := s.owners.Load(uuid); ok {
		return id.(int64), nil
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO owner (uuid) VALUES (?) ON CONFLICT DO NOTHING`, uuid); err != nil {
		return 0, err
	}
	var id int64
	if err := tx.QueryRowContext(ctx, `SELECT id FROM owner WHERE uuid = ?`, uuid).Scan(&id); err != nil {
		return 0, err
	}
	return id, nil // not remembered: the transaction may yet fail
}
