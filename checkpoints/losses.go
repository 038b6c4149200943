package checkpoints

import (
	"context"
	"database/sql"

	"github.com/deskhaul/deskhaul/desk"
)

// Loss is what the target could not keep of one record or message when it was
// written. A later loss of the same field takes the place of the earlier; one
// without Detail takes it back: the field was written again, and kept.
type Loss struct {
	Kind   desk.Kind
	Parent desk.ID // a message's ticket, as the source names it
	ID     desk.ID // in the source
	Field  string  // as in connectors.Loss
	Detail string
	Run    int64
}

type lossKey struct {
	pair       int64
	kind       desk.Kind
	parent, id desk.ID
	field      string
}

// Lose puts losses; they become durable with the rows that are put beside them.
func (l *sqliteLedger) Lose(losses ...Loss) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	for _, x := range losses {
		l.s.pending.losses[lossKey{l.pair, x.Kind, x.Parent, x.ID, x.Field}] = x
	}
}

func (s *sqliteStore) saveLosses(ctx context.Context, tx *sql.Tx, l *layer) error {
	put := s.into.losses.within(tx)
	for k, x := range l.losses {
		var err error
		if x.Detail == "" {
			_, err = tx.ExecContext(ctx, `DELETE FROM loss WHERE pair = ? AND kind = ? AND parent = ? AND id = ? AND field = ?`,
				k.pair, kindNumber[k.kind], string(k.parent), string(k.id), k.field)
		} else {
			err = put.add(ctx, k.pair, kindNumber[k.kind], string(k.parent), string(k.id), k.field, x.Detail, x.Run)
		}
		if err != nil {
			return err
		}
	}
	return put.end(ctx)
}

// Losses returns the durable losses of a record and, of a ticket, of its messages.
func (l *sqliteLedger) Losses(ctx context.Context, kind desk.Kind, id desk.ID) (out []Loss, err error) {
	stmt, err := l.s.prepared(ctx, `SELECT kind, parent, id, field, detail, run FROM loss
		WHERE pair = ?1 AND (kind = ?2 AND parent = '' AND id = ?3 OR kind = ?4 AND parent = ?5)`)
	if err != nil {
		return nil, err
	}
	ticket := any(nil) // no parent is equal to it
	if kind == desk.KindTicket {
		ticket = string(id)
	}
	rows, err := stmt.QueryContext(ctx, l.pair, kindNumber[kind], string(id), kindNumber[desk.KindMessage], ticket)
	if err != nil {
		return nil, err
	}
	defer closing(rows, &err) // rows.Err is among it
	for rows.Next() {
		var x Loss
		var number int
		if err := rows.Scan(&number, &x.Parent, &x.ID, &x.Field, &x.Detail, &x.Run); err != nil {
			return nil, err
		}
		x.Kind = numberKind[number]
		out = append(out, x)
	}
	return out, rows.Err()
}
