package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// seqBits is how many low bits of a message's n are its place in the ticket.
const (
	seqBits     = 24
	maxMessages = 1<<seqBits - 1
)

// write is one record on its way into the database.
type write struct {
	haul
	source   desk.ID // what the source calls the record
	cover    coverRow
	messages []messageRow
	files    []connectors.FileReceipt
	digest   *digest // nil unless it is a whole ticket
}

// stored is a record's row as it stands.
type stored struct {
	n             int64
	id            desk.ID
	mark, updated string
	source, state int
	change        int64
	body          string
}

func (w *write) receipt(id desk.ID, change int64) connectors.Receipt {
	r := connectors.Receipt{ID: id, Version: version(change), Files: w.files}
	if len(w.messages) > 0 {
		r.Messages = make(map[desk.ID]desk.ID, len(w.messages))
		for i := range w.messages {
			r.Messages[w.messages[i].id] = w.messages[i].id
		}
	}
	return r
}

// whole makes a write together with the rows of its files.
func (t *Target) whole(ctx context.Context, w *write, do func() (connectors.Receipt, error)) (connectors.Receipt, error) {
	if err := w.torn(t.tx.round); err != nil {
		return connectors.Receipt{}, err
	}
	r, err := do()
	if err == nil {
		err = t.enter(ctx, &w.haul)
	}
	return r, err
}

// put writes w as a new record, which it nearly always is; what the unique
// indexes refuse is merged instead.
func (t *Target) put(ctx context.Context, w *write) (connectors.Receipt, error) {
	id := t.origin.id(w.source, w.cover.mark)
	for range 2 {
		n, change := t.tx.record+1, t.tx.change+1
		fresh, err := t.insert(ctx, n, change, id, &w.cover)
		if err != nil {
			return connectors.Receipt{}, err
		}
		if fresh {
			t.tx.record, t.tx.change = n, change
			t.tx.count(kindNumber(w.cover.kind), t.origin.number, w.cover.state, 1)
			_, err := t.merge(ctx, n, t.origin.number, w.messages, change, true)
			t.index.digests.put(n, change, w.digest)
			return w.receipt(id, change), err
		}
		was, err := t.standing(ctx, w, id)
		if err != nil {
			return connectors.Receipt{}, err
		}
		if was != nil {
			return t.replace(ctx, w, was)
		}
		id = t.origin.prefixed(desk.ID(madeID(w.cover.mark))) // the id is another's
	}
	return connectors.Receipt{}, connectors.Refuse(connectors.ReasonAmbiguous, "",
		"%s %s: its id and the one made from its mark are both taken", w.cover.kind, w.source)
}

func (t *Target) insert(ctx context.Context, n, change int64, id desk.ID, c *coverRow) (bool, error) {
	res, err := t.stmt.insertRecord.ExecContext(ctx, n, kindNumber(c.kind), string(id), null(c.mark), t.origin.number,
		c.state, change, null(c.natural), null(c.updated), c.body)
	if err != nil {
		return false, err
	}
	made, err := res.RowsAffected()
	t.tx.grow(len(c.body))
	return made == 1, err
}

// standing finds the record that w is a newer state of: the one with its mark,
// else the one with its id unless that carries the mark of another. In a pull the
// id alone decides: it names one record of one source, whatever project marked it.
func (t *Target) standing(ctx context.Context, w *write, id desk.ID) (*stored, error) {
	if w.cover.mark != "" {
		was, err := t.one(ctx, t.stmt.byMark, kindNumber(w.cover.kind), w.cover.mark)
		if was != nil || err != nil {
			return was, err
		}
	}
	was, err := t.one(ctx, t.stmt.byID, kindNumber(w.cover.kind), string(id))
	if was == nil || err != nil {
		return nil, err
	}
	pulled := t.origin.number != 0 && was.source == t.origin.number
	if pulled || was.mark == "" || w.cover.mark == "" {
		return was, nil
	}
	return nil, nil
}

func (t *Target) one(ctx context.Context, stmt *sql.Stmt, args ...any) (*stored, error) {
	var s stored
	var mark, updated sql.NullString
	err := stmt.QueryRowContext(ctx, args...).
		Scan(&s.n, &s.id, &mark, &s.source, &s.state, &s.change, &updated, &s.body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	s.mark, s.updated = mark.String, updated.String
	return &s, err
}

// replace makes a standing record say what w says. It takes a change number only
// if that makes a difference.
func (t *Target) replace(ctx context.Context, w *write, was *stored) (connectors.Receipt, error) {
	if w.cover.mark == "" {
		w.cover.mark = was.mark
	}
	next := t.tx.change + 1
	changed, err := t.merge(ctx, was.n, was.source, w.messages, next, false)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if !changed && was.body == w.cover.body && was.state == w.cover.state && was.mark == w.cover.mark {
		return w.receipt(was.id, was.change), nil
	}
	return w.receipt(was.id, next), t.rewrite(ctx, was, &w.cover, next)
}

func (t *Target) rewrite(ctx context.Context, was *stored, c *coverRow, change int64) error {
	t.tx.change = change
	t.tx.count(kindNumber(c.kind), was.source, was.state, -1)
	t.tx.count(kindNumber(c.kind), was.source, c.state, 1)
	t.tx.grow(len(c.body))
	_, err := t.stmt.updateRecord.ExecContext(ctx, was.n, null(c.mark), c.state, change, null(c.natural), null(c.updated), c.body)
	return err
}

// add appends a message to a ticket.
func (t *Target) add(ctx context.Context, ticket desk.ID, w *write) (connectors.Receipt, error) {
	was, err := t.live(ctx, desk.KindTicket, ticket)
	if err != nil {
		return connectors.Receipt{}, err
	}
	next := t.tx.change + 1
	changed, err := t.merge(ctx, was.n, was.source, w.messages, next, false)
	if err != nil {
		return connectors.Receipt{}, err
	}
	change := was.change
	if changed {
		change, t.tx.change = next, next
		if _, err := t.stmt.touchRecord.ExecContext(ctx, was.n, next); err != nil {
			return connectors.Receipt{}, err
		}
	}
	return connectors.Receipt{ID: w.messages[0].id, Version: version(change), Files: w.files}, nil
}

// live finds a record that was not taken back.
func (t *Target) live(ctx context.Context, kind desk.Kind, id desk.ID) (*stored, error) {
	was, err := t.one(ctx, t.stmt.byID, kindNumber(kind), string(id))
	if err == nil && (was == nil || was.state == stateTaken) {
		err = missing(kind, id)
	}
	return was, err
}

func missing(kind desk.Kind, id desk.ID) error {
	return &absent{fmt.Errorf("%s %s is not in the archive: %w", kind, id, connectors.ErrNotFound)}
}

// absent is an error that says nothing about the health of the transaction.
type absent struct{ error }

func (a *absent) Unwrap() error { return a.error }

func (t *Target) remove(ctx context.Context, kind desk.Kind, id desk.ID) error {
	was, err := t.live(ctx, kind, id)
	if err != nil {
		return err
	}
	if kind == desk.KindTicket {
		if err := t.removeMessages(ctx, was); err != nil {
			return err
		}
	}
	c := coverRow{kind: kind, state: stateTaken, body: "{}"}
	return t.rewrite(ctx, was, &c, t.tx.change+1)
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
