package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// indexWriter brings search.db forward, batch by batch.
type indexWriter struct {
	main, db  *sql.DB
	words     *words.Writer
	digester  *digester
	digests   *digests
	folded    []byte
	done, top int64

	tx       *sql.Tx
	stmts    map[string]*sql.Stmt
	names    map[labelKey]labelNames
	messages *sql.Stmt
	sums     *sql.Stmt
	kept     *sql.Stmt
}

func newIndexWriter(ctx context.Context, db, main *sql.DB, handed *digests) (*indexWriter, error) {
	w := &indexWriter{main: main, db: db, words: words.NewWriter(), digester: newDigester(), digests: handed}
	err := db.QueryRowContext(ctx, "SELECT done, top FROM state").Scan(&w.done, &w.top)
	if err != nil {
		return nil, err
	}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&w.messages, "SELECT n, rest, body FROM message WHERE n BETWEEN ? AND ? AND change > ? ORDER BY n"},
		{&w.sums, "SELECT count(*), coalesce(sum(files), 0), max(at) FROM message WHERE n BETWEEN ? AND ?"},
		{&w.kept, "SELECT count(*) FROM message WHERE n BETWEEN ? AND ? AND change <= ?"},
	} {
		if *p.stmt, err = main.PrepareContext(ctx, p.text); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

func (w *indexWriter) close() (err error) {
	for _, stmt := range []*sql.Stmt{w.messages, w.sums, w.kept} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	return err
}

// step takes in the next batch of changes. It tells whether there may be more.
func (w *indexWriter) step(ctx context.Context) (more bool, err error) {
	last, err := lastChange(ctx, w.main)
	if err != nil || last == w.done {
		return false, err
	}
	upto := min(last, w.done+batch)
	if w.tx, err = w.db.BeginTx(ctx, nil); err != nil {
		return false, err
	}
	defer func() { _ = w.tx.Rollback() }() // after a commit this does nothing
	w.words.Into(w.tx)
	w.stmts, w.names = map[string]*sql.Stmt{}, map[labelKey]labelNames{}
	top := w.top
	for _, kind := range desk.Kinds {
		n, err := w.takeKind(ctx, kind, upto)
		if err != nil {
			return false, fmt.Errorf("index %s: %w", kind, err)
		}
		top = max(top, n)
	}
	if err := w.words.Flush(ctx); err != nil {
		return false, err
	}
	if err := w.exec(ctx, "UPDATE state SET done = ?, top = ?", upto, top); err != nil {
		return false, err
	}
	if err := w.tx.Commit(); err != nil {
		return false, err
	}
	w.done, w.top = upto, top
	return true, words.Tidy(ctx, w.db)
}

// changed is a record as the indexer reads it.
type changed struct {
	n, source int64
	change    int64
	state     int
	id        desk.ID
	body      []byte
}

func (c *changed) first() int64 { return c.n << seqBits }

// takeKind indexes the changed records of one kind and returns the highest n.
func (w *indexWriter) takeKind(ctx context.Context, kind desk.Kind, upto int64) (top int64, err error) {
	err = each(ctx, w.main, func(rows *sql.Rows) (bool, error) {
		var c changed
		if err := rows.Scan(&c.n, &c.change, &c.id, &c.source, &c.state, &c.body); err != nil {
			return false, err
		}
		top = max(top, c.n)
		return true, w.take(ctx, kind, &c)
	}, "SELECT n, change, id, source, state, body FROM record WHERE kind = ? AND change > ? AND change <= ? ORDER BY change",
		kindNumber(kind), w.done, upto)
	return top, err
}

func (w *indexWriter) take(ctx context.Context, kind desk.Kind, c *changed) error {
	if c.state == stateTaken {
		return w.forget(ctx, kind, c)
	}
	r, err := unpackCover(kind, c.id, "", "", 0, c.body)
	if err != nil {
		return err
	}
	if t, ok := r.(*desk.Ticket); ok {
		return w.ticket(ctx, c, t)
	}
	return w.label(ctx, c, r)
}

// known tells whether an earlier batch may have indexed the record.
func (w *indexWriter) known(c *changed) bool { return c.n <= w.top }

// forget drops all traces of a record that was taken back.
func (w *indexWriter) forget(ctx context.Context, kind desk.Kind, c *changed) error {
	w.digests.take(c.n, c.change)
	if !w.known(c) {
		return nil
	}
	if err := w.words.Replace(ctx, c.n, true); err != nil {
		return err
	}
	if kind == desk.KindTicket {
		return w.exec(ctx, "DELETE FROM ticket WHERE n = ?", c.n)
	}
	return w.unlabel(ctx, c)
}

// exec runs a statement that stays prepared for the batch.
func (w *indexWriter) exec(ctx context.Context, query string, args ...any) error {
	stmt, err := w.prepared(ctx, query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return err
}

func (w *indexWriter) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, ok := w.stmts[query]
	if ok {
		return stmt, nil
	}
	stmt, err := w.tx.PrepareContext(ctx, query)
	if err == nil {
		w.stmts[query] = stmt
	}
	return stmt, err
}

// say adds the words of texts to the document at hand.
func (w *indexWriter) say(ctx context.Context, texts ...string) error {
	w.folded = w.digester.fold.all(w.folded[:0], texts...)
	return w.words.Words(ctx, w.folded)
}

// mark adds keys to the document at hand.
func (w *indexWriter) mark(ctx context.Context, name byte, values ...string) error {
	for _, v := range values {
		if err := w.words.Key(ctx, name, v); err != nil {
			return err
		}
	}
	return nil
}
