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
	flagReturned
)

const rowColumns = `kind, parent, id, state, flags, run, target, mark, written, mapping, version, made, ` + openColumns

// openColumns are empty in most lines of what stands at the target.
const openColumns = `reason, detail, since, job, returned, settled, begun, tversion, natural`

// save writes layers, oldest first, in one transaction. It is short and not
// interrupted: the driver would start a goroutine to watch over each statement.
func (s *sqliteStore) save(ctx context.Context, layers []*layer) error {
	ctx = context.WithoutCancel(ctx)
	if err := s.into.prepare(ctx, s.write); err != nil {
		return err
	}
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
	if err := s.saveRows(ctx, tx, l); err != nil {
		return err
	}
	if err := s.saveLosses(ctx, tx, l); err != nil {
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

func (s *sqliteStore) saveRows(ctx context.Context, tx *sql.Tx, l *layer) error {
	arrived, open := s.into.arrived.within(tx), s.into.open.within(tx)
	for _, key := range l.order() {
		for row := range l.rows[key].all() {
			var err error
			if row.arrived() {
				err = arrived.add(ctx, row.args(key.pair)...)
			} else {
				err = open.add(ctx, append(row.args(key.pair), row.openArgs()...)...)
			}
			if err != nil {
				return err
			}
		}
	}
	return errors.Join(arrived.end(ctx), open.end(ctx))
}

// order is the layer's records as the file keeps them: rows that lie together are
// written together.
func (l *layer) order() []recordKey {
	return slices.SortedFunc(maps.Keys(l.rows), func(a, b recordKey) int {
		return cmp.Or(cmp.Compare(a.pair, b.pair), cmp.Compare(kindNumber[a.kind], kindNumber[b.kind]), cmp.Compare(a.id, b.id))
	})
}

// all yields the record's own line and those of its messages.
func (r *recordRows) all() func(func(*Row) bool) {
	return func(yield func(*Row) bool) {
		if r.own != nil && !yield(r.own) {
			return
		}
		for _, m := range r.messages {
			if !yield(&m) {
				return
			}
		}
	}
}

// arrived tells whether the row's openColumns are all empty.
func (r *Row) arrived() bool {
	return r.Reason == "" && r.Detail == "" && r.Since.IsZero() && r.Job == "" && len(r.returned())+len(r.Settled)+len(r.Begun) == 0 && r.TargetVersion == "" && r.Natural == ""
}

func (r *Row) openArgs() []any {
	return []any{
		null(r.Reason), null(r.Detail), unix(r.Since), null(r.Job), blob(r.returned()), blob(r.Settled.Encode()), blob(r.Begun.Encode()), null(r.TargetVersion), null(r.Natural),
	}
}

func (r *Row) args(pair int64) []any {
	flags := 0
	if r.Adopted {
		flags |= flagAdopted
	}
	if r.Joined {
		flags |= flagJoined
	}
	if r.Returned != nil {
		flags |= flagReturned
	}
	written := r.Written.Encode()
	if r.Kind == desk.KindMessage {
		written, _ = hex.DecodeString(r.Print)
	}
	return []any{
		pair, kindNumber[r.Kind], string(r.Parent), string(r.ID), stateNumber[r.State], flags, r.Run, null(string(r.Target)), null(r.Mark),
		blob(written), null(r.Mapping), null(r.Version), number(r.Made),
	}
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(n int64) any {
	if n == 0 {
		return nil
	}
	return n
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
	var since, made sql.NullInt64
	var written, returned, settled, begun sql.RawBytes
	err := rows.Scan(&kind, &r.Parent, &r.ID, &state, &flags, &r.Run, &target, &mark, &written, &mapping, &version, &made,
		&reason, &detail, &since, &job, &returned, &settled, &begun, &tversion, &natural)
	if err != nil {
		return r, err
	}
	r.Kind, r.State = numberKind[kind], numberState[state]
	r.Adopted, r.Joined = flags&flagAdopted != 0, flags&flagJoined != 0
	r.Target, r.Mark, r.Mapping, r.Version = desk.ID(target.String), mark.String, mapping.String, version.String
	r.Reason, r.Detail, r.Job, r.TargetVersion, r.Natural = reason.String, detail.String, job.String, tversion.String, natural.String
	r.Since, r.Made = fromUnix(since), made.Int64
	if r.Kind == desk.KindMessage {
		r.Print = hex.EncodeToString(written)
	} else if r.Written, err = desk.DecodePrints(written); err != nil {
		return r, fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
	}
	if err := r.readReturned(returned, flags&flagReturned != 0); err != nil {
		return r, err
	}
	for into, from := range map[*desk.Prints]sql.RawBytes{&r.Settled: settled, &r.Begun: begun} {
		if *into, err = desk.DecodePrints(from); err != nil {
			return r, fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
		}
	}
	return r, nil
}

func (s *sqliteStore) saveKeys(ctx context.Context, tx *sql.Tx, owner string, keys map[string][]byte) error {
	id, err := s.owner(ctx, tx, owner)
	if err != nil {
		return err
	}
	put := s.into.keys.within(tx)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if v := keys[name]; v != nil {
			err = put.add(ctx, id, name, v)
		} else {
			_, err = tx.ExecContext(ctx, `DELETE FROM keys WHERE owner = ? AND key = ?`, id, name)
		}
		if err != nil {
			return err
		}
	}
	return put.end(ctx)
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
