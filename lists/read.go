package lists

import (
	"context"
	"fmt"
	"iter"
)

// Entry is one line of a list.
type Entry struct {
	Key
	N int64
	About
}

// Way yields all lines of a leg, list by list; ids that are shorter come first, so that
// numbers stand in their order. Nothing may be added meanwhile.
func (l *Lists) Way(ctx context.Context, way int) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := l.way(ctx, way, func(e Entry) bool { return yield(e, nil) }); err != nil {
			yield(Entry{}, fmt.Errorf("the lists of a page: %w", err))
		}
	}
}

func (l *Lists) way(ctx context.Context, way int, yield func(Entry) bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	if err := l.save(ctx); err != nil {
		return err
	}
	rows, err := l.db.QueryContext(ctx, `SELECT e.class, e.kind, e.field, e.ticket, e.id, e.detail, e.n, coalesce(a.name, ''), coalesce(a.url, '')
		FROM entry e LEFT JOIN about a ON a.way = e.way AND a.kind = CASE e.ticket WHEN '' THEN e.kind ELSE 'ticket' END
			AND a.id = CASE e.ticket WHEN '' THEN e.id ELSE e.ticket END
		WHERE e.way = ? AND e.n > 0
		ORDER BY e.class, e.kind, e.field, length(e.ticket), e.ticket, length(e.id), e.id, e.detail`, way)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		e := Entry{Key: Key{Way: way}}
		if err := rows.Scan(&e.Class, &e.Kind, &e.Field, &e.Ticket, &e.ID, &e.Detail, &e.N, &e.Name, &e.URL); err != nil {
			return err
		}
		if !yield(e) {
			return nil
		}
	}
	return rows.Err()
}
