package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/desk"
)

// Count is one value and how many tickets have it.
type Count struct {
	Value string // an id, a word, a year; what Filter takes
	Label string // what people call it, where that differs; else Value
	Count int64
}

// Facets are the values among the tickets that pass a filter, each list with the
// most frequent first (years: the latest), at most 200 of each.
type Facets struct {
	Status, Category, Assignee, Tag, Year, Source []Count
}

// Facets counts.
func (l *Library) Facets(ctx context.Context, f Filter) (Facets, error) {
	var all Facets
	where, err := l.where(ctx, f)
	if err != nil {
		return all, err
	}
	passing := "WITH t AS MATERIALIZED (SELECT n, status, category, assignee, created, source FROM ticket" + where.sql() + ") "
	for _, q := range []struct {
		into  *[]Count
		query string
	}{
		{&all.Status, "SELECT status, count(*) FROM t WHERE status <> '' GROUP BY 1 ORDER BY 2 DESC, 1"},
		{&all.Category, "SELECT category, count(*) FROM t WHERE category <> '' GROUP BY 1 ORDER BY 2 DESC, 1"},
		{&all.Assignee, "SELECT assignee, count(*) FROM t WHERE assignee <> '' GROUP BY 1 ORDER BY 2 DESC, 1"},
		{&all.Tag, "SELECT tag, count(*) FROM t JOIN ticket_tag USING (n) GROUP BY 1 ORDER BY 2 DESC, 1"},
		{&all.Year, "SELECT strftime('%Y', created / 1000, 'unixepoch'), count(*) FROM t WHERE created IS NOT NULL GROUP BY 1 ORDER BY 1 DESC"},
		{&all.Source, "SELECT source, count(*) FROM t WHERE source <> 0 GROUP BY 1 ORDER BY 2 DESC, 1"},
	} {
		args := append(append([]any{}, where.args...), mostOptions)
		if *q.into, err = tallied(ctx, l.index, passing+q.query+" LIMIT ?", args...); err != nil {
			return all, fmt.Errorf("count tickets: %w", err)
		}
	}
	return all, l.name(ctx, &all)
}

// name puts names to ids and prefixes to the numbers of sources.
func (l *Library) name(ctx context.Context, all *Facets) error {
	prefixes, err := l.prefixes(ctx)
	if err != nil {
		return err
	}
	for i := range all.Source {
		var n int
		if _, err := fmt.Sscan(all.Source[i].Value, &n); err != nil {
			return err
		}
		all.Source[i].Value, all.Source[i].Label = prefixes[n], prefixes[n]
	}
	return errors.Join(l.nameIDs(ctx, desk.KindCategory, all.Category), l.nameIDs(ctx, desk.KindAgent, all.Assignee))
}

func (l *Library) nameIDs(ctx context.Context, kind desk.Kind, counts []Count) error {
	for i := range counts {
		v, err := l.label(ctx, kind, counts[i].Value)
		if err != nil {
			return err
		}
		if v.Name != "" {
			counts[i].Label = v.Name
		}
	}
	return nil
}

// tallied runs a query of values and counts.
func tallied(ctx context.Context, db *sql.DB, query string, args ...any) ([]Count, error) {
	var list []Count
	err := each(ctx, db, func(rows *sql.Rows) (bool, error) {
		var c Count
		err := rows.Scan(&c.Value, &c.Count)
		c.Label = c.Value
		list = append(list, c)
		return true, err
	}, query, args...)
	return list, err
}
