package okdesk

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"strconv"
)

// Most lists go on from a number: page[from_id], towards larger ones. Issues, and nobody
// knows what else, have pages with numbers. No list says where it ends, and one may give
// fewer rows than were asked for: it ends where nothing new comes.

// mostRows is the most that page[size] may be, and mostIssues what clients ask for at
// most of issues.
const (
	mostRows   = 100
	mostIssues = 50
)

func (a *api) rows(most int) string {
	if a.config.page > 0 {
		most = a.config.page
	}
	return strconv.Itoa(most)
}

// keyed is a row that has a number.
type keyed interface{ key() int64 }

// keyset goes through a list from the smallest number. One that takes no notice of from_id
// is asked for by the numbers of its pages; one that takes no notice of these either is all
// on one page.
func keyset[T keyed](ctx context.Context, a *api, path string, after int64) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen, from, page := map[int64]bool{}, after, 0
		for {
			rows, err := keysetPage[T](ctx, a, path, from, page)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			fresh := false
			for _, row := range rows {
				id := row.key()
				if seen[id] || id <= after && after > 0 {
					continue
				}
				seen[id], fresh, from = true, true, max(from, id)
				if !yield(row, nil) {
					return
				}
			}
			switch {
			case len(rows) == 0, page > 0 && !fresh:
				return
			case page > 0:
				page++
			case !fresh:
				page = 2
			}
		}
	}
}

// keysetPage asks for one page: by its number, unless that is 0.
func keysetPage[T any](ctx context.Context, a *api, path string, from int64, page int) (rows []T, err error) {
	q := url.Values{"page[size]": {a.rows(mostRows)}}
	switch {
	case page > 0:
		q.Set("page[number]", strconv.Itoa(page))
	case from > 0:
		q.Set("page[from_id]", strconv.FormatInt(from, 10))
		fallthrough
	default:
		q.Set("page[direction]", "forward")
	}
	err = a.get(ctx, path, q, &rows)
	return rows, err
}

// issuePage asks for one page of issues.
func (a *api) issuePage(ctx context.Context, query url.Values, page int) (rows []issueShape, err error) {
	q := maps.Clone(query)
	q.Set("page[size]", a.rows(mostIssues))
	q.Set("page[number]", strconv.Itoa(page))
	err = a.get(ctx, "issues/list", q, &rows)
	return rows, err
}

func sorted(field, direction string) url.Values {
	return url.Values{"sorting[field]": {field}, "sorting[direction]": {direction}}
}
