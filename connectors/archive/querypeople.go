package archive

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Person is a contact and everyone who is the same person: contacts of any source
// that share an address with it.
type Person struct {
	Contact *desk.Contact
	Same    []Label // the other records of the person
	Emails  []string
	// Tickets are those that the person ever asked, wrote or was in copy on,
	// newest first, at most 500; Total is how many there are.
	Tickets []Summary
	Total   int64
}

// Contact returns a person with the history of all tickets, or an error that
// wraps ErrNotFound.
func (l *Library) Contact(ctx context.Context, id desk.ID) (p Person, err error) {
	r, err := l.source.Fetch(ctx, desk.KindContact, id)
	if err != nil {
		return p, err
	}
	v, err := l.look(ctx)
	if err != nil {
		return p, err
	}
	defer func() { err = v.close(ctx, err) }()
	p.Contact = r.(*desk.Contact)
	ids := []string{string(id)}
	seen := map[string]bool{}
	for _, e := range p.Contact.Emails {
		if e = strings.ToLower(e); !seen[e] {
			seen[e] = true
			p.Emails = append(p.Emails, e)
		}
	}
	for _, e := range p.Emails {
		same, err := v.labels(ctx, `SELECT kind, id, name, email FROM label WHERE kind = 5
			AND n IN (SELECT n FROM email WHERE address = ?) AND id <> ? ORDER BY n`, e, string(id))
		if err != nil {
			return p, err
		}
		for _, s := range same {
			if !seen["id "+string(s.ID)] {
				seen["id "+string(s.ID)] = true
				p.Same, ids = append(p.Same, s), append(ids, string(s.ID))
			}
		}
	}
	return p, v.history(ctx, &p, ids)
}

// history fills in the tickets of the contacts.
func (v *view) history(ctx context.Context, p *Person, ids []string) error {
	set, err := v.words.Keys(ctx, keyWho, ids)
	if err != nil {
		return fmt.Errorf("contact %s: %w", p.Contact.ID, err)
	}
	p.Total = set.Count()
	var page Page
	const most = 500
	err = v.page(ctx, &page, set, NewestFirst, "", most)
	p.Tickets = page.Tickets
	return err
}

// Contacts lists contacts as Labels does.
func (l *Library) Contacts(ctx context.Context, text string, skip, limit int) (list []Label, total int64, err error) {
	return l.Labels(ctx, desk.KindContact, text, skip, limit)
}

// Labels lists the people or shelves of a kind by name, those of a search if text
// is not empty: limit of them (at most 500, 50 for 0) after the first skip. total
// is how many there are.
func (l *Library) Labels(ctx context.Context, kind desk.Kind, text string, skip, limit int) (list []Label, total int64, err error) {
	v, err := l.look(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = v.close(ctx, err) }()
	where := new(condition)
	where.add("kind = ?", kindNumber(kind))
	if len(parseSearch(text)) == 0 {
		return v.listed(ctx, where, skip, limit)
	}
	set, err := v.words.Key(ctx, keyKind, kindKey(kind))
	if err == nil {
		err = v.search(ctx, text, set)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("find people: %w", err)
	}
	total = set.Count()
	skipped, err := v.only(ctx, where, set, "SELECT n FROM label INDEXED BY label_name WHERE kind = ? ORDER BY name, n",
		slices.Clone(where.args), max(skip, 0), 500)
	if err != nil {
		return nil, 0, err
	}
	list, _, err = v.listed(ctx, where, skip-skipped, limit)
	return list, total, err
}

// Members lists the contacts of an organisation as Labels does.
func (l *Library) Members(ctx context.Context, org desk.ID, skip, limit int) (list []Label, total int64, err error) {
	v, err := l.look(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = v.close(ctx, err) }()
	where := new(condition)
	where.add("org = ? AND org <> ''", string(org))
	return v.listed(ctx, where, skip, limit)
}

func (v *view) listed(ctx context.Context, c *condition, skip, limit int) (list []Label, total int64, err error) {
	if limit <= 0 {
		limit = 50
	}
	if err := v.tx.QueryRowContext(ctx, "SELECT count(*) FROM label"+c.sql(), c.args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count people: %w", err)
	}
	list, err = v.labels(ctx, "SELECT kind, id, name, email FROM label"+c.sql()+" ORDER BY name, n LIMIT ? OFFSET ?",
		append(c.args, min(limit, 500), max(skip, 0))...)
	return list, total, err
}

func (v *view) labels(ctx context.Context, query string, args ...any) ([]Label, error) {
	var list []Label
	err := each(ctx, v.tx, func(rows *sql.Rows) (bool, error) {
		var label Label
		var kind int
		err := rows.Scan(&kind, &label.ID, &label.Name, &label.Email)
		label.Kind = kindOf(kind)
		list = append(list, label)
		return true, err
	}, query, args...)
	return list, err
}
