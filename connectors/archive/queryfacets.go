package archive

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

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
	Status, Category, Group, Assignee, Channel, Tag, Year, Source []Count
}

// Facets counts.
func (l *Library) Facets(ctx context.Context, f Filter) (Facets, error) {
	var all Facets
	version, err := l.Version(ctx)
	if err != nil {
		return all, err
	}
	where, err := l.where(ctx, f)
	if err != nil {
		return all, err
	}
	lists := [...]*[]Count{&all.Status, &all.Category, &all.Group, &all.Assignee, &all.Channel, &all.Source, &all.Year, &all.Tag}
	total, err := l.tally(ctx, where, lists[:])
	if err != nil {
		return all, fmt.Errorf("count tickets: %w", err)
	}
	l.totals.put(version, f, total)
	slices.SortFunc(all.Year, func(a, b Count) int { return strings.Compare(b.Value, a.Value) })
	return all, l.name(ctx, &all)
}

// tallyQuery counts in one statement, so that a filter is worked out once: in
// groups of what is alike, which are few. %[1]s is where the tickets are, %[2]s
// narrows their tags.
const tallyQuery = `SELECT 0, status, category, grp, '', count(*) FROM %[1]s GROUP BY 2, 3, 4
	UNION ALL SELECT 3, assignee, channel, source, year, count(*) FROM %[1]s GROUP BY 2, 3, 4, 5
	UNION ALL SELECT * FROM (SELECT 7, tag, '', '', '', count(*) FROM ticket_tag %[2]s GROUP BY 2 ORDER BY 6 DESC, 2 LIMIT ?)`

// tally fills the lists with counts, and tells how many tickets there are.
func (l *Library) tally(ctx context.Context, where *condition, lists []*[]Count) (total int64, err error) {
	// Without a filter two indexes hold what is counted, in the order of the groups.
	query := fmt.Sprintf(tallyQuery, "ticket", "")
	if where.parts != nil {
		query = "WITH t AS MATERIALIZED (SELECT n, status, category, grp, assignee, channel, source, year FROM ticket" + where.sql() + ") " +
			fmt.Sprintf(tallyQuery, "t", "WHERE n IN (SELECT n FROM t)")
	}
	counts := make([]map[string]int64, len(lists))
	for i := range counts {
		counts[i] = map[string]int64{}
	}
	err = each(ctx, l.index, func(rows *sql.Rows) (bool, error) {
		var first int
		var n int64
		var v [4]string
		err := rows.Scan(&first, &v[0], &v[1], &v[2], &v[3], &n)
		for i := first; i < min(first+len(v), len(lists)); i++ {
			counts[i][v[i-first]] += n
		}
		if first == 0 {
			total += n
		}
		return true, err
	}, query, append(where.args, mostOptions)...)
	for i, list := range lists {
		if i == 5 || i == 6 {
			delete(counts[i], "0") // no source, no year
		}
		*list = ranked(counts[i])
	}
	return total, err
}

// ranked lists values, the most frequent first. What says nothing is left out.
func ranked(counts map[string]int64) []Count {
	var list []Count
	for v, n := range counts {
		if v != "" {
			list = append(list, Count{Value: v, Label: v, Count: n})
		}
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return list[:min(len(list), mostOptions)]
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
	return errors.Join(
		l.nameIDs(ctx, desk.KindCategory, all.Category),
		l.nameIDs(ctx, desk.KindGroup, all.Group),
		l.nameIDs(ctx, desk.KindAgent, all.Assignee))
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
