package freshdesk

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// place is how far tickets have been read: the time of the last change in each pass,
// since when ratings are known, and the number that the archive was searched down to.
// It is written "TICKETS/SPAM/DELETED/RATED/ARCHIVED".
type place struct {
	tickets, spam, deleted, rated connectors.Cursor
	archived                      int64 // 0 not begun, -1 done
}

func parsePlace(c connectors.Cursor) (p place) {
	parts := strings.Split(string(c), "/")
	if len(parts) != 5 {
		return place{}
	}
	for i, at := range []*connectors.Cursor{&p.tickets, &p.spam, &p.deleted, &p.rated} {
		if *at = connectors.Cursor(parts[i]); parts[i] != "" {
			if _, err := time.Parse(time.RFC3339Nano, parts[i]); err != nil {
				return place{}
			}
		}
	}
	var err error
	if p.archived, err = strconv.ParseInt(parts[4], 10, 64); err != nil || p.archived < -1 {
		return place{}
	}
	return p
}

func (p place) cursor() connectors.Cursor {
	return connectors.Cursor(fmt.Sprintf("%s/%s/%s/%s/%d", p.tickets, p.spam, p.deleted, p.rated, p.archived))
}

// reading is one reading of the tickets.
type reading struct {
	*Source
	at     place
	agents map[int64]bool
	fields schema
	give   rest.Give
	rated  map[int64]bool // tickets with a new rating that were not yielded yet
	shown  shown
}

// readTickets makes a pass through the tickets, one through the spam, and one through
// the deleted: a list leaves those out.
func (s *Source) readTickets(ctx context.Context, after connectors.Cursor, give rest.Give) (err error) {
	r := &reading{Source: s, at: parsePlace(after), give: give}
	if r.agents, err = s.agents(ctx); err != nil {
		return err
	}
	if r.fields, err = s.schema(ctx, ticketFields); err != nil {
		return err
	}
	if err := r.openShown(ctx); err != nil {
		return err
	}
	began := connectors.Cursor(s.client.Now().UTC().Format(time.RFC3339))
	if r.rated, err = r.newRatings(ctx, began); err != nil {
		return err
	}
	if r.at.deleted == "" { // what was deleted before the first reading is not missed
		r.at.deleted = began
	}
	if r.at.spam == "" && !s.config.Spam {
		r.at.spam = began
	}
	for _, p := range []pass{{"", &r.at.tickets, true}, {"spam", &r.at.spam, s.config.Spam}, {"deleted", &r.at.deleted, false}} {
		read := r.readGone
		if p.whole {
			read = r.readWhole
		}
		if err := read(ctx, p); err != nil {
			return err
		}
	}
	if err := r.readArchive(ctx); err != nil {
		return err
	}
	return r.rerated(ctx)
}

// pass is a going through the tickets that one filter shows.
type pass struct {
	filter string
	at     *connectors.Cursor
	whole  bool // the tickets are read, and not only that they are gone
}

// readWhole yields the tickets of a pass with their texts, files and conversations.
// Several are asked for at once.
func (r *reading) readWhole(ctx context.Context, p pass) error {
	type answer struct {
		ticketShape
		gone bool // deleted since, as the pass of the deleted will tell
	}
	return rest.Ahead(ctx, r.listed(ctx, p), func(ctx context.Context, row listed) (answer, error) {
		t, err := r.fetchListed(ctx, row.ticketShape)
		if status(err) == 404 {
			return answer{gone: true}, nil
		}
		return answer{ticketShape: t}, err
	}, func(row listed, t answer) error {
		if err := r.show(ctx, row.ID); err != nil || t.gone {
			return err
		}
		*p.at = row.after
		return r.whole(ctx, t.ticketShape)
	})
}

// whole yields a ticket.
func (r *reading) whole(ctx context.Context, t ticketShape) error {
	rec, err := r.ticket(ctx, r.agents, r.fields, t)
	if err != nil {
		return err
	}
	delete(r.rated, t.ID)
	return r.give(connectors.Item{Record: rec, Cursor: r.at.cursor()})
}

// readGone yields tombstones.
func (r *reading) readGone(ctx context.Context, p pass) error {
	for row, err := range r.listed(ctx, p) {
		if err != nil {
			return err
		}
		if err := r.show(ctx, row.ID); err != nil {
			return err
		}
		*p.at = row.after
		stone := &desk.Ticket{}
		stone.ID, stone.Updated, stone.Deleted = idOf(row.ID), row.Updated.Time, true
		if err := r.give(connectors.Item{Record: stone, Cursor: r.at.cursor()}); err != nil {
			return err
		}
	}
	return nil
}

// listed is a ticket of a list, and how far the list is read with it.
type listed struct {
	ticketShape
	after connectors.Cursor
}

// listed goes through the tickets that one filter shows, by the time of their last
// change. Numbers of pages count in a list that shifts while it is read, and end at
// 300; so each page is asked for as the first since the last change seen, a second
// earlier, and what was seen is passed over.
func (a *api) listed(ctx context.Context, p pass) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		seen := rest.ParseSince(*p.at, overlap)
		take := func(row ticketShape) (fresh, more bool) {
			if !seen.New(string(idOf(row.ID)), row.Updated.Time) {
				return false, true
			}
			return true, yield(listed{row, seen.Cursor()}, nil)
		}
		for from := seen.From(); ; {
			next, more, err := a.window(ctx, p, from, take)
			if err != nil {
				yield(listed{}, err)
				return
			}
			if !more || next.IsZero() {
				return
			}
			from = next
		}
	}
}

// lastPage is the last page of tickets that Freshdesk gives.
const lastPage = 300

// window takes what changed since a time, until a page ends later; it returns where
// the next window begins, zero if this was the last. Where more tickets changed at
// one time than fit on a page, further pages are asked for, again and again until a
// time brings nothing new: the list may have shifted meanwhile.
func (a *api) window(ctx context.Context, p pass, from time.Time, take func(ticketShape) (fresh, more bool)) (next time.Time, more bool, err error) {
	for {
		fresh, page := 0, 1
		for ; ; page++ {
			if page > lastPage {
				return next, false, fmt.Errorf("tickets: more than %d pages of them changed at %s, and Freshdesk gives no more: %w",
					lastPage, from.Add(time.Second).Format(time.RFC3339), connectors.ErrDenied)
			}
			rows, follows, err := onePage[ticketShape](ctx, a, "tickets", p.query(from), strconv.Itoa(page))
			if err != nil {
				return next, false, err
			}
			for _, row := range rows {
				isFresh, more := take(row)
				if !more {
					return next, false, nil
				}
				if isFresh {
					fresh++
				}
			}
			next = time.Time{}
			if !follows {
				break
			}
			if last := rows[len(rows)-1].Updated.Add(-time.Second); last.After(from) {
				next = last
				break
			}
		}
		if page == 1 || fresh == 0 {
			return next, true, nil
		}
	}
}

// query asks for what changed since a time. When a ticket was solved costs more.
func (p pass) query(from time.Time) url.Values {
	if from.IsZero() {
		from = time.Unix(0, 0)
	}
	q := url.Values{"updated_since": {from.UTC().Format(time.RFC3339)}, "order_by": {"updated_at"}, "order_type": {"asc"}}
	if p.whole {
		q.Set("include", "stats")
	}
	if p.filter != "" {
		q.Set("filter", p.filter)
	}
	return q
}
