package archive

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// Filter narrows a list of tickets. Empty fields do not; all others must hold.
type Filter struct {
	Text      string // words AND, "phrase", -not, prefix*; found anywhere in the ticket
	Status    desk.Status
	Category  desk.ID
	Group     desk.ID
	Assignee  desk.ID
	Requester desk.ID
	Tag       string
	Channel   string
	Org       desk.ID   // some contact of that organisation asked, wrote or was in copy
	Source    string    // a prefix, as in Summary.Source
	From, To  time.Time // created at or after From, and before To
	HasFiles  bool
	Deleted   bool // only those that are gone at their source; else all
}

// Sort is the order of a list.
type Sort string

// The orders: by the newest message, or by when the ticket was created.
const (
	NewestFirst        Sort = "newest"
	OldestFirst        Sort = "oldest"
	NewestCreatedFirst Sort = "newest created"
	OldestCreatedFirst Sort = "oldest created"
)

// columns are what the order compares, and whether it goes down.
func (s Sort) columns() (key string, down bool) {
	switch s {
	case NewestCreatedFirst:
		return "coalesce(created, last)", true
	case OldestCreatedFirst:
		return "coalesce(created, last)", false
	case OldestFirst:
		return "last", false
	case NewestFirst:
	}
	return "last", true
}

// index is the one that is in the order.
func (s Sort) index() string {
	if key, _ := s.columns(); key != "last" {
		return "ticket_created"
	}
	return "ticket_last"
}

// key is the row's value of that column.
func (s Sort) key(r *summaryRow) int64 {
	if key, _ := s.columns(); key != "last" && r.created.Valid {
		return r.created.Int64
	}
	return r.last.Int64
}

// Page is a stretch of a list.
type Page struct {
	Tickets []Summary
	Total   int64  // of all that pass the filter; exact for what the index has
	Next    string // the token of the next page, "" at the end
	Behind  int64  // changes that the index lacks: they may be missing here
}

const summaryColumns = `SELECT n, id, source, state, number, subject, status, priority, channel, requester, assignee,
	grp, category, created, last, messages, files, tags FROM ticket`

// List returns the tickets that pass the filter, limit of them (at most 500, 50
// for 0). page is "" or the Next of the page before; a token that is not one of
// ours begins at the top.
func (l *Library) List(ctx context.Context, f Filter, sort Sort, page string, limit int) (p Page, err error) {
	v, err := l.look(ctx)
	if err != nil {
		return p, err
	}
	defer func() { err = v.close(ctx, err) }()
	set, all, err := v.passing(ctx, f)
	if err != nil {
		return p, fmt.Errorf("find tickets: %w", err)
	}
	p.Total = set.Count()
	if all {
		set = nil
	}
	if limit <= 0 {
		limit = 50
	}
	if err := v.page(ctx, &p, set, sort, page, min(limit, 500)); err != nil {
		return p, fmt.Errorf("list tickets: %w", err)
	}
	return p, l.snippets(ctx, &p, f.Text)
}

// page fills in the tickets of a page, of those in set if it is not nil.
func (v *view) page(ctx context.Context, p *Page, set *words.Set, sort Sort, token string, limit int) error {
	where := new(condition)
	key, down := sort.columns()
	order, compare := " ORDER BY "+key+", n", ">"
	if down {
		order, compare = " ORDER BY "+key+" DESC, n DESC", "<"
	}
	var last, n int64
	if _, err := fmt.Sscanf(token, "%d.%d", &last, &n); err == nil {
		where.add("("+key+", n) "+compare+" (?, ?)", last, n)
	}
	if set != nil {
		walk := "SELECT n FROM ticket INDEXED BY " + sort.index() + where.sql() + order
		if _, err := v.only(ctx, where, set, walk, slices.Clone(where.args), 0, limit+1); err != nil {
			return err
		}
	}
	var raw []summaryRow
	err := each(ctx, v.tx, func(rows *sql.Rows) (bool, error) {
		var r summaryRow
		err := r.scan(rows)
		raw = append(raw, r)
		return true, err
	}, summaryColumns+where.sql()+order+" LIMIT ?", append(where.args, limit+1)...)
	if err != nil {
		return err
	}
	if len(raw) > limit {
		raw = raw[:limit]
		p.Next = fmt.Sprintf("%d.%d", sort.key(&raw[limit-1]), raw[limit-1].n)
	}
	db, err := v.library.source.reader(ctx)
	if err != nil {
		return err
	}
	if p.Behind, err = behind(ctx, db, v.tx); err != nil {
		return err
	}
	p.Tickets, err = v.summaries(ctx, raw)
	return err
}

type summaryRow struct {
	Summary
	n                                    int64
	source, state                        int
	requester, assignee, group, category string
	created, last                        sql.NullInt64
	tags                                 string
}

func (r *summaryRow) scan(rows *sql.Rows) error {
	return rows.Scan(&r.n, &r.ID, &r.source, &r.state, &r.Number, &r.Subject, &r.Status, &r.Priority, &r.Channel,
		&r.requester, &r.assignee, &r.group, &r.category, &r.created, &r.last, &r.Messages, &r.Files, &r.tags)
}

// summaries puts names to what the rows refer to.
func (v *view) summaries(ctx context.Context, raw []summaryRow) ([]Summary, error) {
	prefixes, err := v.library.prefixes(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Summary, 0, len(raw))
	for i := range raw {
		r := &raw[i]
		r.Source, r.Deleted = prefixes[r.source], r.state == stateGone
		r.Created, r.Last = clock(r.created), clock(r.last)
		if r.Tags, err = listed(r.tags); err != nil {
			return nil, err
		}
		for _, x := range []struct {
			into *Label
			kind desk.Kind
			id   string
		}{
			{&r.Requester, desk.KindContact, r.requester},
			{&r.Assignee, desk.KindAgent, r.assignee},
			{&r.Group, desk.KindGroup, r.group},
			{&r.Category, desk.KindCategory, r.category},
		} {
			if *x.into, err = v.label(ctx, x.kind, x.id); err != nil {
				return nil, err
			}
		}
		list = append(list, r.Summary)
	}
	return list, nil
}

// condition is a WHERE being built.
type condition struct {
	parts []string
	args  []any
}

func (c *condition) add(part string, args ...any) {
	c.parts, c.args = append(c.parts, part), append(c.args, args...)
}

func (c *condition) sql() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}
