package archive

import (
	"context"
	"database/sql"
)

// querier is what reads: a connection, a pool, a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// each calls row for every row of the query until it says to stop or fails.
func each(ctx context.Context, q querier, row func(*sql.Rows) (more bool, err error), query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return walk(rows, row)
}

// eachOf is each for a prepared statement.
func eachOf(ctx context.Context, stmt *sql.Stmt, row func(*sql.Rows) (more bool, err error), args ...any) error {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return walk(rows, row)
}

func walk(rows *sql.Rows, row func(*sql.Rows) (more bool, err error)) error {
	defer func() { _ = rows.Close() }() // what matters is in Err
	for rows.Next() {
		more, err := row(rows)
		if err != nil || !more {
			return err
		}
	}
	return rows.Err()
}
