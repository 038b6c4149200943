package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// opener opens the bytes of a hash.
type opener func(ctx context.Context, hash string) (io.ReadCloser, error)

// find looks for what stands for r: by mark, else, if natural, by natural key.
func find(ctx context.Context, q querier, r desk.Record, natural bool) (desk.ID, error) {
	cover, err := packCover(r)
	if err != nil {
		return "", err
	}
	var id desk.ID
	if cover.mark != "" {
		err = q.QueryRowContext(ctx, "SELECT id FROM record WHERE kind = ? AND mark = ?", kindNumber(cover.kind), cover.mark).Scan(&id)
		if !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	if natural && cover.natural != "" {
		err = q.QueryRowContext(ctx, "SELECT id FROM record WHERE kind = ? AND natural = ? ORDER BY n LIMIT 1",
			kindNumber(cover.kind), cover.natural).Scan(&id)
		if !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	return "", fmt.Errorf("%s with mark %q is not in the archive: %w", cover.kind, cover.mark, connectors.ErrNotFound)
}

// selectWhole reads records with their messages, one row a message; a record
// without any is one row. One statement sees one state of the database.
const selectWhole = `SELECT r.n, r.id, r.mark, r.updated, r.state, r.change, r.body, m.name, m.rest, m.body, m.html
	FROM record r LEFT JOIN message m ON m.n BETWEEN r.n << 24 AND (r.n << 24) + 16777215 `

// fetch reads one record.
func fetch(ctx context.Context, q querier, kind desk.Kind, id desk.ID, open opener) (desk.Record, error) {
	a := assembler{kind: kind, open: open}
	err := each(ctx, q, func(rows *sql.Rows) (bool, error) {
		_, err := a.next(rows)
		return true, err
	}, selectWhole+"WHERE r.kind = ? AND r.id = ? AND r.state <> 2 ORDER BY m.n", kindNumber(kind), string(id))
	if err != nil {
		return nil, err
	}
	done := a.finish()
	if done.record == nil {
		return nil, fmt.Errorf("%s %s is not in the archive: %w", kind, id, connectors.ErrNotFound)
	}
	return done.record, nil
}

// assembler makes records of the rows of selectWhole.
type assembler struct {
	kind desk.Kind
	open opener
	n    int64 // of the record at hand
	at   assembled
	row  wholeRow
}

type assembled struct {
	record desk.Record // nil if there is none
	change int64
	bytes  int
}

type wholeRow struct {
	n, change           int64
	id                  desk.ID
	state               int
	mark, updated, name sql.NullString
	text, html          sql.NullString
	body, rest          sql.RawBytes
}

// next takes in a row. When that begins another record, done is the one before.
func (a *assembler) next(rows *sql.Rows) (done assembled, err error) {
	w := &a.row
	err = rows.Scan(&w.n, &w.id, &w.mark, &w.updated, &w.state, &w.change, &w.body, &w.name, &w.rest, &w.text, &w.html)
	if err != nil {
		return done, err
	}
	if w.n != a.n {
		done = a.finish()
		if err := a.start(w); err != nil {
			return done, err
		}
	}
	if w.name.Valid {
		err = a.message(w)
	}
	return done, err
}

func (a *assembler) start(w *wholeRow) (err error) {
	a.n = w.n
	a.at = assembled{change: w.change, bytes: len(w.body)}
	a.at.record, err = unpackCover(a.kind, w.id, w.mark.String, w.updated.String, w.change, w.body)
	if w.state == stateTaken && err == nil {
		a.at.record.About().Deleted = true
	}
	return err
}

func (a *assembler) message(w *wholeRow) error {
	t, ok := a.at.record.(*desk.Ticket)
	if !ok {
		return nil
	}
	m, err := unpackMessage(w.name.String, w.rest, w.text.String, w.html.String)
	if err != nil {
		return fmt.Errorf("ticket %s: %w", t.ID, err)
	}
	open := a.open // alone: the closures below outlive the assembler
	for i := range m.Files {
		hash := m.Files[i].SHA256
		m.Files[i].Open = func(ctx context.Context) (io.ReadCloser, error) { return open(ctx, hash) }
		m.Files[i].Stat = func(ctx context.Context) (int64, error) { return length(ctx, open, hash) }
	}
	a.at.bytes += len(w.rest) + len(m.Text) + len(m.HTML)
	t.Messages = append(t.Messages, m)
	return nil
}

// length is how many bytes a content has, all of which its pack holds.
func length(ctx context.Context, open opener, hash string) (int64, error) {
	r, err := open(ctx, hash)
	if err != nil || r == nil {
		return -1, err
	}
	n := int64(-1)
	if sized, ok := r.(interface{ Size() int64 }); ok {
		n = sized.Size()
	}
	return n, r.Close()
}

// finish gives the record at hand, its messages in order.
func (a *assembler) finish() assembled {
	done := a.at
	if t, ok := done.record.(*desk.Ticket); ok {
		oldestFirst(t.Messages)
	}
	a.n, a.at = 0, assembled{}
	return done
}
