package znuny

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
)

// perSearch is how many numbers of tickets a search is asked for. Znuny gives any number,
// and knows no second page: each search begins at the time at which the last ticket of the
// one before it was made.
const perSearch = 2000

func (a *api) perSearch() int {
	if a.config.page > 0 {
		return a.config.page
	}
	return perSearch
}

// search finds the numbers of tickets, archived ones too.
func (a *api) search(ctx context.Context, args object) ([]text, error) {
	all := object{"SearchInArchive": "AllTickets"}
	maps.Copy(all, args)
	var got struct {
		IDs []text `json:"TicketID"`
	}
	err := a.read(ctx, opSearch, all, &got)
	return got.IDs, err
}

// spot is a place among the tickets in the order in which they were made: the time, as
// Znuny writes it, and the ticket.
type spot struct {
	made string
	id   int64
}

// beginning is before any ticket.
const beginning = "1970-01-02 00:00:00"

// tickets are the numbers of those that a search finds, in the order in which they were
// made, after a spot.
func (a *api) tickets(ctx context.Context, filter object, after spot) iter.Seq2[text, error] {
	return func(yield func(text, error) bool) {
		w := &walk{api: a, filter: filter, from: cmp.Or(after.made, beginning), limit: a.perSearch()}
		skip := after.id
		for {
			ids, more, err := w.next(ctx)
			if err != nil {
				yield("", err)
				return
			}
			if i := slices.IndexFunc(ids, func(id text) bool { return id.number() == skip }); i >= 0 {
				ids = ids[i+1:]
			}
			skip = 0
			for _, id := range ids {
				if !yield(id, nil) {
					return
				}
			}
			if !more {
				return
			}
		}
	}
}

// walk goes through windows of time.
type walk struct {
	*api
	filter object
	from   string        // when the window begins
	limit  int           // of the next search
	had    map[text]bool // what the window before brought, which this one may begin with
}

// next is what the next window brings that is new; more tells whether there is one after it.
func (w *walk) next(ctx context.Context) (fresh []text, more bool, err error) {
	args := object{"TicketCreateTimeNewerDate": w.from, "SortBy": []string{"Age", "TicketNumber"}, "OrderBy": []string{"Up", "Up"}, "Limit": w.limit}
	maps.Copy(args, w.filter)
	ids, err := w.search(ctx, args)
	if err != nil {
		return nil, false, err
	}
	for _, id := range ids {
		if !w.had[id] {
			fresh = append(fresh, id)
		}
	}
	if len(ids) < w.limit {
		return fresh, false, nil
	}
	last, err := w.made(ctx, ids)
	switch {
	case err != nil:
		return nil, false, err
	case last < w.from:
		return nil, false, fmt.Errorf("tickets: the last of a search was made at %s, before %s, from which it was asked for: %w", last, w.from, connectors.ErrDenied)
	case last == w.from: // more were made within one second than a search brings
		w.limit *= 2
		for _, id := range ids {
			w.remember(id)
		}
		return fresh, true, nil
	}
	w.from, w.limit, w.had = last, w.perSearch(), nil
	for _, id := range ids {
		w.remember(id)
	}
	return fresh, true, nil
}

func (w *walk) remember(id text) {
	if w.had == nil {
		w.had = map[text]bool{}
	}
	w.had[id] = true
}

// made is when the last of some tickets was made that is still there.
func (w *walk) made(ctx context.Context, ids []text) (string, error) {
	for _, id := range slices.Backward(ids) {
		t, err := w.cover(ctx, string(id))
		if isAbsent(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		return string(t.Created), nil
	}
	return w.from, nil
}
