package okdesk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// overlap is how far back changes are asked for again: clocks run apart, and changes become
// visible late.
const overlap = 5 * time.Minute

// reading is one reading of the issues.
type reading struct {
	*Source
	at   place // of what was yielded
	walk int64 // the number of this reading
	w    *rest.Walker
	read map[number]readAs // what this reading has read
}

// readAs is as of when an issue was read: its last change, and what it said of its comments.
type readAs struct {
	changed time.Time
	talk    string
}

// readTickets reads what was made, then what changed meanwhile or since, then what is gone.
func (s *Source) readTickets(ctx context.Context, after connectors.Cursor, give rest.Give) error {
	r := &reading{Source: s, at: parsePlace(after), read: map[number]readAs{}}
	var err error
	if r.walk, err = s.books.Begin(ctx, desk.KindTicket, r.at.walk); err != nil {
		return err
	}
	r.w = &rest.Walker{Give: give, At: after}
	whole := r.at == (place{})
	if whole {
		began, err := s.now(ctx)
		if err != nil {
			return err
		}
		r.at.changed = began
	}
	if whole || !r.at.made.IsZero() {
		if err := r.made(ctx); err != nil {
			return err
		}
		r.at.made = time.Time{}
	}
	if err := r.changed(ctx); err != nil {
		return err
	}
	if !whole {
		if err := r.vanished(ctx); err != nil {
			return err
		}
	}
	r.at.walk = r.walk
	return r.w.End(r.at.cursor())
}

// now is the time by Okdesk's clock, which it has told by then.
func (a *api) now(ctx context.Context) (time.Time, error) {
	_, err := a.dictionary(ctx)
	return a.client.Now(), err
}

// add yields a ticket as far as it was read; the one before goes with the place before.
func (r *reading) add(t desk.Record) error {
	if err := r.w.Add(t); err != nil {
		return err
	}
	r.w.At = r.at.cursor()
	return nil
}

// made reads the issues that are not read yet, in the order in which they were made.
func (r *reading) made(ctx context.Context) error {
	return rest.Ahead(ctx, r.listedByMaking(ctx), r.whole, func(row issueShape, t told) error {
		if t.Ticket == nil { // gone since
			return nil
		}
		if row.Created.After(r.at.made) {
			r.at.made = row.Created.Time
		}
		r.read[row.ID] = readAs{t.Updated, t.talk}
		return r.add(t.Ticket)
	})
}

// told is an issue that was read, and what it said of its comments; no ticket if it is not
// there any more.
type told struct {
	*desk.Ticket
	talk string
}

// whole is an issue with all that is in it.
func (r *reading) whole(ctx context.Context, row issueShape) (told, error) {
	t, talk, err := r.ticket(ctx, row.ID, r.walk)
	if errors.Is(err, connectors.ErrNotFound) {
		return told{}, nil
	}
	return told{t, talk}, err
}

// window is how many days of issues are gone through by the numbers of their pages, at
// most, before the list is asked for anew from a later day: the numbers count in a list that
// shifts when an issue is deleted.
const window = 3 * 24 * time.Hour

// dayBefore is the date from which a time is asked for, in whatever zone the account is:
// dates are nowhere more than a day apart from UTC's.
func dayBefore(at time.Time) string { return at.UTC().Add(-24 * time.Hour).Format("02-01-2006") }

// listedByMaking are the rows of the list by the time at which they were made. A window that
// took several pages is gone through again until it brings nothing new.
func (r *reading) listedByMaking(ctx context.Context) iter.Seq2[issueShape, error] {
	return func(yield func(issueShape, error) bool) {
		seen := map[number]bool{}
		from := r.at.made
		for {
			query := sorted("created_at", "forward")
			if !from.IsZero() {
				query.Set("created_since", dayBefore(from))
			}
			next, more, err := r.windowOf(ctx, query, from, func(row issueShape) (bool, bool) {
				if seen[row.ID] || row.Created.Before(from) {
					return false, true
				}
				seen[row.ID] = true
				return true, yield(row, nil)
			})
			if err != nil {
				yield(issueShape{}, err)
				return
			}
			if !more || next.IsZero() {
				return
			}
			from = next
		}
	}
}

// windowOf gives the rows of a window to take, and returns where the next begins; zero if
// this was the last.
func (a *api) windowOf(ctx context.Context, query map[string][]string, from time.Time, take func(issueShape) (fresh, more bool)) (next time.Time, more bool, err error) {
	for {
		fresh, page := 0, 1
		for ; ; page++ {
			rows, err := a.issuePage(ctx, query, page)
			if err != nil {
				return next, false, err
			}
			brought := 0
			for _, row := range rows {
				isNew, more := take(row)
				if !more {
					return next, false, nil
				}
				if isNew {
					fresh, brought = fresh+1, brought+1
				}
			}
			if len(rows) == 0 {
				next = time.Time{}
				break
			}
			if last := rows[len(rows)-1].Created.Time; !from.IsZero() && last.Sub(from) > window || from.IsZero() && page > 1 && !last.IsZero() {
				next = last
				break
			}
		}
		if page <= 2 || fresh == 0 {
			return next, true, nil
		}
	}
}

// changed reads the issues that changed since, in the order of their changes. The list is
// gone through from the latest: so what is changed meanwhile pushes none out of sight, and
// if one is deleted, it is gone through again.
func (r *reading) changed(ctx context.Context) error {
	rows, err := r.changedRows(ctx)
	if err != nil {
		return err
	}
	list := func(yield func(issueShape, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
	return rest.Ahead(ctx, list, r.whole, func(row issueShape, t told) error {
		if row.Updated.After(r.at.changed) {
			r.at.changed = row.Updated.Time
		}
		if t.Ticket == nil {
			return nil
		}
		return r.add(t.Ticket)
	})
}

func (r *reading) changedRows(ctx context.Context) ([]issueShape, error) {
	apart, _, err := r.talksApart(ctx)
	if err != nil {
		return nil, err
	}
	since, found := r.at.changed.Add(-overlap), map[number]issueShape{}
	for {
		fresh, page := 0, 1
		for ; ; page++ {
			rows, err := r.issuePage(ctx, sorted("updated_at", "reverse"), page)
			if err != nil {
				return nil, err
			}
			old := len(rows) == 0
			for _, row := range rows {
				take := !row.Updated.Before(since)
				old = old || !take && !apart
				if was, had := r.read[row.ID]; had {
					take = !was.changed.Equal(row.Updated.Time) || row.Talk != nil && was.talk != row.Talk.signature()
				} else if !take && apart {
					if take, err = r.talked(ctx, row); err != nil {
						return nil, err
					}
				}
				if _, had := found[row.ID]; take && !had {
					found[row.ID], fresh = row, fresh+1
				}
			}
			if old {
				break
			}
		}
		if page == 1 || fresh == 0 {
			break
		}
	}
	out := make([]issueShape, 0, len(found))
	for _, row := range found {
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b issueShape) int {
		if c := a.Updated.Compare(b.Updated.Time); c != 0 {
			return c
		}
		return int(a.ID - b.ID)
	})
	return out, nil
}

// vanished yields tombstones of the issues that are known and not there any more.
func (r *reading) vanished(ctx context.Context) error {
	there, err := r.allIDs(ctx)
	if err != nil {
		return fmt.Errorf("which issues there are: %w", err)
	}
	return r.books.Bury(ctx, desk.KindTicket, r.at.walk, r.walk, func(id desk.ID) bool { n, _ := numberOf(id); return there[n] }, r.add)
}
