package words

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// tidier holds the sizes that decide about merging.
type tidier struct {
	fanout   int   // so many segments of a level are merged; a level is so many times as large as the one below
	smallest int64 // bytes; what is below is of level 0
	// About how many bytes a merge writes, and blocks a sweep deletes, in one
	// transaction, so that the write-ahead log stays small.
	bytesAtOnce, blocksAtOnce int64
	paused                    func() error // called between two transactions
}

// Tidy merges segments where there are many, and deletes what no segment holds any
// more, in transactions of its own. It may be stopped at any instant.
func Tidy(ctx context.Context, db *sql.DB) (err error) {
	t := tidier{fanout: 8, smallest: 256 << 10, bytesAtOnce: 8 << 20, blocksAtOnce: 256, paused: ctx.Err}
	return t.tidy(ctx, db)
}

func (t *tidier) tidy(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	for {
		list, err := segments(ctx, conn)
		if err != nil {
			return err
		}
		due := t.due(list)
		if len(due) == 0 {
			return t.sweep(ctx, conn, list)
		}
		if err := within(ctx, conn, func() error { return t.merge(ctx, conn, due, len(due) == len(list)) }); err != nil {
			return fmt.Errorf("merge words: %w", err)
		}
	}
}

// due returns the newest segments that are to be merged: the run at the end up to
// the level of which it holds fanout. As they go up a level together, each posting is
// written again once a level.
func (t *tidier) due(list []segment) []segment {
	var counts [64]int
	top := 0
	from := len(list)
	for i := len(list) - 1; i >= 0; i-- {
		level := t.level(list[i])
		if level < top {
			level = top // it stands before larger ones
		}
		top = level
		if counts[level]++; counts[level] >= t.fanout {
			from = i
			break
		}
	}
	return list[from:]
}

func (t *tidier) level(s segment) (n int) {
	for size := s.size; size >= t.smallest; size /= int64(t.fanout) {
		n++
	}
	return n
}

// within runs do in a transaction, which do may renew.
func within(ctx context.Context, conn *sql.Conn, do func() error) error {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := do(); err != nil {
		// The transaction must end, also when ctx has.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // SQLite may have rolled back already
		return err
	}
	_, err := conn.ExecContext(ctx, "COMMIT")
	if err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // as above
	}
	return err
}

// renew commits and begins again.
func (t *tidier) renew(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	if err := t.paused(); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

// sweep deletes the blocks that belong to none of the segments.
func (t *tidier) sweep(ctx context.Context, conn *sql.Conn, list []segment) error {
	live := map[int64]bool{}
	for _, s := range list {
		live[s.number] = true
	}
	for from := int64(0); ; {
		var number sql.NullInt64
		err := conn.QueryRowContext(ctx, "SELECT min(n) >> 32 FROM block WHERE n >= ?", from<<32).Scan(&number)
		if err != nil || !number.Valid {
			return err
		}
		from = number.Int64
		if live[from] {
			from++
			continue
		}
		err = within(ctx, conn, func() error {
			_, err := conn.ExecContext(ctx, `DELETE FROM block WHERE n IN
				(SELECT n FROM block WHERE n >= ? AND n < ? ORDER BY n LIMIT ?)`, from<<32, (from+1)<<32, t.blocksAtOnce)
			return err
		})
		if err == nil {
			err = t.paused()
		}
		if err != nil {
			return fmt.Errorf("delete merged words: %w", err)
		}
	}
}
