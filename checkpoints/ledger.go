package checkpoints

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// sqliteLedger is the lines of one pair.
type sqliteLedger struct {
	s      *sqliteStore
	pair   int64
	unseen *unseen // nil if the pair had lines before
}

func (l *sqliteLedger) Row(ctx context.Context, kind desk.Kind, parent, id desk.ID) (Row, bool, error) {
	key := recordKey{l.pair, kind, id}
	if kind == desk.KindMessage {
		key = recordKey{l.pair, desk.KindTicket, parent}
	}
	if l.unseen.has(key.kind, key.id) {
		return Row{Kind: kind, Parent: parent, ID: id}, false, nil
	}
	var got Row
	if l.s.layers(func(y *layer) bool {
		at, ok := y.rows[key]
		if !ok {
			return false
		}
		if kind == desk.KindMessage {
			got, ok = at.messages[id]
			return ok
		}
		if at.own != nil {
			got = *at.own
		}
		return at.own != nil
	}) {
		return got, true, nil
	}
	rows, err := l.find(ctx, `pair = ? AND kind = ? AND parent = ? AND id = ?`, l.pair, kindNumber[kind], string(parent), string(id))
	if err != nil || len(rows) == 0 {
		return Row{Kind: kind, Parent: parent, ID: id}, false, err
	}
	return rows[0], true, nil
}

func (l *sqliteLedger) Messages(ctx context.Context, ticket desk.ID) (map[desk.ID]Row, error) {
	if l.unseen.has(desk.KindTicket, ticket) {
		return map[desk.ID]Row{}, nil
	}
	// The layers come first: a commit between the two looks moves lines from them to
	// the file, never back.
	out := map[desk.ID]Row{}
	l.s.layers(func(y *layer) bool {
		if at, ok := y.rows[recordKey{l.pair, desk.KindTicket, ticket}]; ok {
			for id, r := range at.messages {
				if _, newer := out[id]; !newer {
					out[id] = r
				}
			}
		}
		return false
	})
	rows, err := l.find(ctx, `pair = ? AND kind = ? AND parent = ?`, l.pair, kindNumber[desk.KindMessage], string(ticket))
	for _, r := range rows {
		if _, newer := out[r.ID]; !newer {
			out[r.ID] = r
		}
	}
	return out, err
}

func (l *sqliteLedger) Natural(ctx context.Context, kind desk.Kind, key string) (Row, bool, error) {
	var got Row
	if l.s.layers(func(y *layer) bool {
		r, ok := y.naturals[naturalKey{l.pair, kind, key}]
		got = r
		return ok
	}) {
		return got, true, nil
	}
	rows, err := l.find(ctx, `kind = ? AND natural = ? AND target IS NOT NULL AND detail IS NOT ? AND pair IN (SELECT b.id FROM pair a JOIN pair b
		USING (route, target, account) WHERE a.id = ?) ORDER BY flags`, kindNumber[kind], key, BeingTakenBack, l.pair)
	if err != nil || len(rows) == 0 {
		return Row{}, false, err
	}
	return rows[0], true, nil
}

func (l *sqliteLedger) InDoubt(ctx context.Context, kind desk.Kind, key string, id desk.ID) (bool, error) {
	rows, err := l.find(ctx, `kind = ? AND natural = ? AND (target IS NULL OR detail IS ?) AND state = ? AND NOT (pair = ? AND id = ?) AND pair IN
		(SELECT b.id FROM pair a JOIN pair b USING (route, target, account) WHERE a.id = ?) LIMIT 1`,
		kindNumber[kind], key, BeingTakenBack, stateNumber[Intended], l.pair, string(id), l.pair)
	return len(rows) > 0, err
}

// find is query for what is asked again and again: the statement stays prepared.
// It is too short to be interrupted under way: the driver would start a goroutine
// to watch over each.
func (l *sqliteLedger) find(ctx context.Context, where string, args ...any) ([]Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	stmt, err := l.s.prepared(ctx, `SELECT `+rowColumns+` FROM ledger WHERE `+where)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return scanRows(rows)
}

func (l *sqliteLedger) query(ctx context.Context, where string, args ...any) ([]Row, error) {
	rows, err := l.s.read.QueryContext(ctx, `SELECT `+rowColumns+` FROM ledger WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return scanRows(rows)
}

func scanRows(rows *sql.Rows) (out []Row, err error) {
	defer closing(rows, &err)
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func (l *sqliteLedger) Put(rows ...Row) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	for _, r := range rows {
		if r.Kind == desk.KindMessage {
			l.unseen.see(desk.KindTicket, r.Parent)
		} else {
			l.unseen.see(r.Kind, r.ID)
		}
		l.s.pending.put(l.pair, r)
	}
}

// page is how many lines a walk reads at a time, so that none holds the file open
// while its caller works.
const page = 500

func (l *sqliteLedger) Open(ctx context.Context, kind desk.Kind, states ...State) iter.Seq2[desk.ID, error] {
	in, args := numbers(states, stateNumber)
	return func(yield func(desk.ID, error) bool) {
		for after := ""; ; {
			ids, err := l.openPage(ctx, kind, after, in, args)
			if err != nil {
				yield("", err)
				return
			}
			for _, id := range ids {
				if !yield(desk.ID(id), nil) {
					return
				}
			}
			if len(ids) < page {
				return
			}
			after = ids[len(ids)-1]
		}
	}
}

func (l *sqliteLedger) openPage(ctx context.Context, kind desk.Kind, after, in string, states []any) (ids []string, err error) {
	own := `SELECT id FROM ledger WHERE state < 10 AND pair = ? AND kind = ? AND state IN (` + in + `) AND id > ?`
	args := slices.Concat([]any{l.pair, kindNumber[kind]}, states, []any{after})
	if kind == desk.KindTicket {
		own += ` UNION SELECT parent FROM ledger WHERE state < 10 AND pair = ? AND kind = ? AND state IN (` + in + `) AND parent > ?`
		args = slices.Concat(args, []any{l.pair, kindNumber[desk.KindMessage]}, states, []any{after})
	}
	rows, err := l.s.read.QueryContext(ctx, own+` ORDER BY 1 LIMIT `+fmt.Sprint(page), args...)
	if err != nil {
		return nil, err
	}
	defer closing(rows, &err)
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func numbers[K comparable](ks []K, number map[K]int) (marks string, args []any) {
	for _, k := range ks {
		args = append(args, number[k])
	}
	return strings.TrimSuffix(strings.Repeat("?,", len(ks)), ","), args
}

func (l *sqliteLedger) Rows(ctx context.Context, q Query) iter.Seq2[Row, error] {
	where, args := q.where(l.pair)
	return func(yield func(Row, error) bool) {
		kind, parent, id := -1, "", ""
		for {
			rows, err := l.query(ctx, where+` AND (kind, parent, id) > (?,?,?) ORDER BY kind, parent, id LIMIT `+fmt.Sprint(page),
				slices.Concat(args, []any{kind, parent, id})...)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
				kind, parent, id = kindNumber[r.Kind], string(r.Parent), string(r.ID)
			}
			if len(rows) < page {
				return
			}
		}
	}
}

func (q Query) where(pair int64) (string, []any) {
	where, args := `pair = ?`, []any{pair}
	if len(q.Kinds) > 0 {
		in, more := numbers(q.Kinds, kindNumber)
		where, args = where+` AND kind IN (`+in+`)`, append(args, more...)
	}
	if len(q.States) > 0 {
		in, more := numbers(q.States, stateNumber)
		where, args = where+` AND state IN (`+in+`)`, append(args, more...)
	}
	if q.Run != 0 {
		where, args = where+` AND run = ?`, append(args, q.Run)
	}
	if q.Made != 0 {
		where, args = where+` AND made = ?`, append(args, q.Made)
	}
	if q.Reason != "" {
		where, args = where+` AND reason = ?`, append(args, q.Reason)
	}
	if q.ID != "" {
		where, args = where+` AND id = ?`, append(args, string(q.ID))
	}
	return where, args
}

func (l *sqliteLedger) Cursor(ctx context.Context, kind desk.Kind, part, hash string) (string, error) {
	var at place
	if l.s.layers(func(y *layer) bool {
		var ok bool
		at, ok = y.cursors[partKey{l.pair, kind, part}]
		return ok
	}) {
		return at.under(hash), nil
	}
	err := l.s.read.QueryRowContext(ctx, `SELECT hash, cursor FROM part WHERE pair = ? AND kind = ? AND part = ?`,
		l.pair, kindNumber[kind], part).Scan(&at.hash, &at.cursor)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return at.under(hash), err
}

func (p place) under(hash string) string {
	if p.hash != hash {
		return ""
	}
	return p.cursor
}

func (l *sqliteLedger) Advance(kind desk.Kind, part, hash, cursor string) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.s.pending.cursors[partKey{l.pair, kind, part}] = place{hash, cursor}
}
