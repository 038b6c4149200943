package archive

import (
	"context"
	"database/sql"
	"fmt"
)

// merge puts messages into the ticket n: new names are added, standing ones
// replaced where they say something else. It tells whether anything changed. In
// a fresh ticket nothing is looked for.
func (t *Target) merge(ctx context.Context, n int64, source int, rows []messageRow, change int64, fresh bool) (bool, error) {
	if len(rows) == 0 {
		return false, nil
	}
	place := n << seqBits
	if !fresh {
		if err := t.stmt.lastMessage.QueryRowContext(ctx, place, place+maxMessages).Scan(&place); err != nil {
			return false, err
		}
	}
	if place+int64(len(rows)) > n<<seqBits+maxMessages {
		return false, fmt.Errorf("a ticket holds at most %d messages", maxMessages)
	}
	var files int
	first, names := place, make(map[string]bool, len(rows))
	var edited bool
	for i := range rows {
		m := &rows[i]
		if !fresh || names[m.name] {
			found, differs, err := t.overwrite(ctx, n, m, change)
			if err != nil {
				return false, err
			}
			if edited = edited || differs; found {
				continue
			}
		}
		names[m.name] = true
		place++
		if err := t.insertMessage(ctx, n, place, change, m); err != nil {
			return false, err
		}
		files += m.files
	}
	t.tx.count(numMessage, source, stateLive, place-first)
	t.tx.count(numFile, source, stateLive, int64(files))
	return edited || place > first, nil
}

func (t *Target) insertMessage(ctx context.Context, n, place, change int64, m *messageRow) error {
	t.tx.grow(len(m.rest) + len(m.body) + len(m.html))
	_, err := t.stmt.insertMessage.ExecContext(ctx,
		place, m.key(n), change, m.at, m.files, m.name, m.rest, null(m.body), null(m.html))
	return err
}

// overwrite replaces the ticket's message of that name if it differs.
func (t *Target) overwrite(ctx context.Context, n int64, m *messageRow, change int64) (found, differs bool, err error) {
	place, same, err := t.lookup(ctx, n, m)
	if err != nil || place == 0 || same {
		return place != 0, false, err
	}
	t.tx.grow(len(m.rest) + len(m.body) + len(m.html))
	_, err = t.stmt.updateMessage.ExecContext(ctx, place, change, m.at, m.files, m.rest, null(m.body), null(m.html))
	return true, true, err
}

// lookup finds the message of m's name in the ticket n: its place, 0 if there is
// none, and whether it says what m says.
func (t *Target) lookup(ctx context.Context, n int64, m *messageRow) (place int64, same bool, err error) {
	err = eachOf(ctx, t.stmt.messageByKey, func(rows *sql.Rows) (bool, error) {
		var at int64
		var name, rest string
		var body, html sql.NullString
		if err := rows.Scan(&at, &name, &rest, &body, &html); err != nil {
			return false, err
		}
		if at>>seqBits != n || name != m.name {
			return true, nil // another with the same hash
		}
		place, same = at, rest == m.rest && body.String == m.body && html.String == m.html
		return false, nil
	}, m.key(n))
	return place, same, err
}

// removeMessages takes a ticket's messages away.
func (t *Target) removeMessages(ctx context.Context, ticket *stored) error {
	from := ticket.n << seqBits
	var messages, files int64
	err := t.stmt.sumMessages.QueryRowContext(ctx, from, from+maxMessages).Scan(&messages, &files)
	if err != nil {
		return fmt.Errorf("count messages: %w", err)
	}
	t.tx.count(numMessage, ticket.source, stateLive, -messages)
	t.tx.count(numFile, ticket.source, stateLive, -files)
	_, err = t.stmt.deleteMessages.ExecContext(ctx, from, from+maxMessages)
	return err
}
