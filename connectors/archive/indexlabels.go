package archive

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// mostNames bounds how many names an indexWriter remembers.
const mostNames = 4096

type labelKey struct {
	kind desk.Kind
	id   desk.ID
}

type labelNames struct{ name, email string }

// namesOf looks up what ref is called; nothing if it is not known yet.
func (w *indexWriter) namesOf(ctx context.Context, ref desk.Ref) (v labelNames, err error) {
	key := labelKey{ref.Kind, ref.ID}
	if v, ok := w.names[key]; ok {
		return v, nil
	}
	stmt, err := w.prepared(ctx, "SELECT name, email FROM label WHERE kind = ? AND id = ?")
	if err != nil {
		return v, err
	}
	err = stmt.QueryRowContext(ctx, kindNumber(ref.Kind), string(ref.ID)).Scan(&v.name, &v.email)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return v, err
	}
	w.remember(key, v)
	return v, nil
}

func (w *indexWriter) remember(key labelKey, v labelNames) {
	if len(w.names) >= mostNames {
		clear(w.names)
	}
	w.names[key] = v
}

// label indexes a person or a shelf.
func (w *indexWriter) label(ctx context.Context, c *changed, r desk.Record) error {
	if w.known(c) {
		err := errors.Join(w.words.Replace(ctx, c.n, true), w.unlabel(ctx, c))
		if err != nil {
			return err
		}
	}
	name, emails, more := titled(r)
	w.words.Begin(words.Cover(c.n))
	err := w.say(ctx, append(append([]string{name, string(c.id)}, emails...), more...)...)
	if err == nil {
		err = w.mark(ctx, keyKind, kindKey(r.Kind()))
	}
	if err != nil {
		return err
	}
	v := labelNames{name: name}
	for i, e := range emails {
		e = strings.ToLower(e)
		if i == 0 {
			v.email = e
		}
		if err := w.exec(ctx, "INSERT OR IGNORE INTO email VALUES (?, ?)", e, c.n); err != nil {
			return err
		}
	}
	org := ""
	if r, ok := r.(*desk.Contact); ok {
		org = string(r.Org.ID)
	}
	w.remember(labelKey{r.Kind(), c.id}, v)
	return w.exec(ctx, "INSERT INTO label (n, kind, id, source, state, name, email, org) VALUES (?,?,?,?,?,?,?,?)",
		c.n, kindNumber(r.Kind()), string(c.id), c.source, c.state, name, v.email, org)
}

// unlabel removes the rows of a person or a shelf.
func (w *indexWriter) unlabel(ctx context.Context, c *changed) error {
	return errors.Join(
		w.exec(ctx, "DELETE FROM email WHERE n = ?", c.n),
		w.exec(ctx, "DELETE FROM label WHERE n = ?", c.n))
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
