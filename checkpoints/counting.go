package checkpoints

import (
	"context"

	"github.com/deskhaul/deskhaul/desk"
)

func (l *sqliteLedger) Count(ctx context.Context) (map[desk.Kind]map[State]int64, error) {
	return l.countWhere(ctx, `pair = ?`)
}

func (l *sqliteLedger) CountOpen(ctx context.Context) (map[desk.Kind]map[State]int64, error) {
	return l.countWhere(ctx, `state < 10 AND pair = ?`)
}

func (l *sqliteLedger) countWhere(ctx context.Context, where string) (out map[desk.Kind]map[State]int64, err error) {
	rows, err := l.s.read.QueryContext(ctx, `SELECT kind, state, count(*) FROM ledger WHERE `+where+` GROUP BY 1, 2`, l.pair)
	if err != nil {
		return nil, err
	}
	defer closing(rows, &err)
	out = map[desk.Kind]map[State]int64{}
	for rows.Next() {
		var kind, state int
		var n int64
		if err := rows.Scan(&kind, &state, &n); err != nil {
			return nil, err
		}
		k := numberKind[kind]
		if out[k] == nil {
			out[k] = map[State]int64{}
		}
		out[k][numberState[state]] = n
	}
	return out, rows.Err()
}
