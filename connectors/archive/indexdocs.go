package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// ticket indexes a ticket's cover, and those of its messages that are new.
func (w *indexWriter) ticket(ctx context.Context, c *changed, t *desk.Ticket) error {
	w.gather(t.Subject, t.Number, string(t.ID), t.Type, t.Channel)
	w.add(t.Tags...)
	people := append([]desk.Ref{t.Requester, t.Assignee, t.Group, t.Category}, t.Participants...)
	for _, who := range people {
		if err := w.addLabel(ctx, who); err != nil {
			return err
		}
	}
	if err := w.put(ctx, c.first(), w.known(c)); err != nil {
		return err
	}
	seen, err := w.seen(ctx, c)
	if err != nil {
		return err
	}
	if err := w.row(ctx, c, t); err != nil {
		return err
	}
	for _, who := range append(t.Participants, t.Requester) {
		if err := w.involve(ctx, c.n, who); err != nil {
			return err
		}
	}
	return w.newMessages(ctx, c, seen)
}

// seen is the change of the ticket up to which the index has its messages. It is
// the ticket's own and not the index's: a ticket that changes again before it was
// indexed comes late, with messages older than the batch.
func (w *indexWriter) seen(ctx context.Context, c *changed) (change int64, err error) {
	if !w.known(c) {
		return 0, nil
	}
	stmt, err := w.prepared(ctx, "SELECT change, messages FROM ticket WHERE n = ?")
	if err != nil {
		return 0, err
	}
	var messages int64
	err = stmt.QueryRowContext(ctx, c.n).Scan(&change, &messages)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var edited bool
	err = w.edited.QueryRowContext(ctx, c.first(), c.first()+messages, change).Scan(&edited)
	if edited {
		change = 0 // others may have left out what this one has said
	}
	return change, err
}

// addLabel adds a person's name and address, or a shelf's name, to the document.
func (w *indexWriter) addLabel(ctx context.Context, ref desk.Ref) error {
	if ref.ID == "" {
		return nil
	}
	stmt, err := w.prepared(ctx, "SELECT name, email FROM label WHERE kind = ? AND id = ?")
	if err != nil {
		return err
	}
	var name, email string
	err = stmt.QueryRowContext(ctx, kindNumber(ref.Kind), string(ref.ID)).Scan(&name, &email)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	w.add(name, email)
	return err
}

// row writes what lists show of a ticket.
func (w *indexWriter) row(ctx context.Context, c *changed, t *desk.Ticket) error {
	var messages, files int64
	var newest sql.NullInt64
	if err := w.sums.QueryRowContext(ctx, c.first(), c.first()+maxMessages).Scan(&messages, &files, &newest); err != nil {
		return err
	}
	var created any
	var year int
	last := newest.Int64
	if !t.Created.IsZero() {
		created, year = t.Created.UnixMilli(), t.Created.UTC().Year()
		if !newest.Valid {
			last = t.Created.UnixMilli()
		}
	}
	tags, err := json.Marshal(t.Tags)
	if err != nil {
		return err
	}
	if w.known(c) {
		err := errors.Join(w.untag(ctx, c.n), w.exec(ctx, "DELETE FROM ticket WHERE n = ?", c.n))
		if err != nil {
			return err
		}
	}
	err = w.exec(ctx, `INSERT INTO ticket (n, change, id, source, state, number, subject, status, priority, channel,
		requester, assignee, grp, category, created, last, messages, files, tags, year) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		c.n, c.change, string(t.ID), c.source, c.state, t.Number, t.Subject, string(t.Status), string(t.Priority), t.Channel,
		string(t.Requester.ID), string(t.Assignee.ID), string(t.Group.ID), string(t.Category.ID), created, last, messages, files, string(tags), year)
	for _, tag := range t.Tags {
		err = errors.Join(err, w.exec(ctx, "INSERT OR IGNORE INTO ticket_tag VALUES (?, ?)", tag, c.n))
	}
	return err
}

// untag removes the tags that the ticket had.
func (w *indexWriter) untag(ctx context.Context, n int64) error {
	return w.exec(ctx, "DELETE FROM ticket_tag WHERE n = ?1 AND tag IN (SELECT value FROM ticket, json_each(ticket.tags) WHERE ticket.n = ?1)", n)
}

func (w *indexWriter) involve(ctx context.Context, n int64, who desk.Ref) error {
	if who.Kind != desk.KindContact || who.ID == "" {
		return nil
	}
	return w.exec(ctx, "INSERT OR IGNORE INTO involved VALUES (?, ?)", string(who.ID), n)
}

// newMessages indexes the messages that changed after seen.
func (w *indexWriter) newMessages(ctx context.Context, c *changed, seen int64) error {
	w.said.next()
	err := eachOf(ctx, w.messages, func(rows *sql.Rows) (bool, error) {
		return true, w.message(ctx, c, rows)
	}, c.first(), c.first()+maxMessages, seen)
	if err != nil {
		return fmt.Errorf("ticket %s: %w", c.id, err)
	}
	return nil
}

// mentions are what the index takes of a message besides its text.
type mentions struct {
	Author  desk.Ref       `json:"author"`
	From    desk.Address   `json:"from"`
	To      []desk.Address `json:"to"`
	CC      []desk.Address `json:"cc"`
	BCC     []desk.Address `json:"bcc"`
	Subject string         `json:"subject"`
	Files   []struct {
		Name string `json:"name"`
	} `json:"files"`
}

func (w *indexWriter) message(ctx context.Context, c *changed, rows *sql.Rows) error {
	var n int64
	var rest sql.RawBytes
	var body sql.NullString
	if err := rows.Scan(&n, &rest, &body); err != nil {
		return err
	}
	var m mentions
	if err := json.Unmarshal(rest, &m); err != nil {
		return fmt.Errorf("stored message cannot be read: %w", err)
	}
	w.gather(m.Subject, m.From.Name, m.From.Email)
	for _, list := range [][]desk.Address{m.To, m.CC, m.BCC} {
		for _, a := range list {
			w.add(a.Name, a.Email)
		}
	}
	for _, f := range m.Files {
		w.add(f.Name)
	}
	w.said.news(body.String, func(s string) { w.words = w.fold.words(w.words, s) })
	if err := w.put(ctx, n, w.known(c)); err != nil {
		return err
	}
	return w.involve(ctx, c.n, m.Author)
}

// label indexes a person or a shelf.
func (w *indexWriter) label(ctx context.Context, c *changed, r desk.Record) error {
	name, emails, more := titled(r)
	w.gather(name, string(c.id))
	w.add(emails...)
	w.add(more...)
	if err := w.put(ctx, c.first(), w.known(c)); err != nil {
		return err
	}
	if w.known(c) {
		err := errors.Join(
			w.exec(ctx, "DELETE FROM email WHERE n = ?", c.n),
			w.exec(ctx, "DELETE FROM label WHERE n = ?", c.n))
		if err != nil {
			return err
		}
	}
	first := ""
	for i, e := range emails {
		e = strings.ToLower(e)
		if i == 0 {
			first = e
		}
		if err := w.exec(ctx, "INSERT OR IGNORE INTO email VALUES (?, ?)", e, c.n); err != nil {
			return err
		}
	}
	org := ""
	if r, ok := r.(*desk.Contact); ok {
		org = string(r.Org.ID)
	}
	return w.exec(ctx, "INSERT INTO label (n, kind, id, source, state, name, email, org) VALUES (?,?,?,?,?,?,?,?)",
		c.n, kindNumber(r.Kind()), string(c.id), c.source, c.state, name, first, org)
}

// titled returns what a person or shelf is called, its addresses, and what else
// of it is searched.
func titled(r desk.Record) (name string, emails, more []string) {
	switch r := r.(type) {
	case *desk.Contact:
		return r.Name, r.Emails, append([]string{r.Note}, r.Phones...)
	case *desk.Agent:
		if r.Email != "" {
			emails = []string{r.Email}
		}
		return r.Name, emails, nil
	case *desk.Organization:
		return r.Name, nil, append([]string{r.Note}, r.Domains...)
	case *desk.Group:
		return r.Name, nil, nil
	case *desk.Category:
		return r.Name, nil, nil
	}
	return "", nil, nil
}
