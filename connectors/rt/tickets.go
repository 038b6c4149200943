package rt

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// place is how far tickets have been read. They are walked through by their numbers,
// which never change, and not by the times of their changes: a list by time shifts
// while it is read. A walk finds what changed since From; the next one begins with
// what changed since this one Began. It is written "FROM/BEGAN/NUMBER".
type place struct {
	from, began time.Time // zero from: everything
	number      int       // the last ticket seen; 0 for a walk that has not begun
}

func parsePlace(c connectors.Cursor) (p place) {
	parts := strings.Split(string(c), "/")
	if len(parts) != 3 {
		return place{}
	}
	var err error
	p.from, _ = time.Parse(time.RFC3339, parts[0]) // "" is the beginning
	if p.began, err = time.Parse(time.RFC3339, parts[1]); err != nil {
		return place{}
	}
	if p.number, err = strconv.Atoi(parts[2]); err != nil || p.number < 0 {
		return place{}
	}
	return p
}

func (p place) cursor() connectors.Cursor {
	from := ""
	if !p.from.IsZero() {
		from = p.from.UTC().Format(time.RFC3339)
	}
	return connectors.Cursor(fmt.Sprintf("%s/%s/%d", from, p.began.UTC().Format(time.RFC3339), p.number))
}

// readTickets finishes the walk that the cursor is in, and does the next one.
func (s *Source) readTickets(ctx context.Context, after connectors.Cursor, yield yielder) error {
	p := parsePlace(after)
	if err := s.agents(ctx); err != nil { // its answer tells what time it is there
		return err
	}
	if p.began.IsZero() {
		p.began = s.now()
		_, err := s.walk(ctx, p, nil, yield)
		return err
	}
	// What the end of the old walk brings, the new one need not bring again.
	brought := map[desk.ID]time.Time{}
	first := func(it connectors.Item, err error) bool {
		if it.Record != nil && len(brought) < mostBrought {
			brought[it.Record.About().ID] = it.Record.About().Updated
		}
		return yield(it, err)
	}
	if more, err := s.walk(ctx, p, nil, first); err != nil || !more {
		return err
	}
	next := place{from: p.began.Add(-overlap), began: s.now()}
	if more, err := s.readDeleted(ctx, next.from, after, yield); err != nil || !more {
		return err
	}
	_, err := s.walk(ctx, next, brought, yield)
	return err
}

// mostBrought bounds what a reading remembers.
const mostBrought = 10_000

// walk goes on with a walk to its end. It leaves out what was brought as it is.
func (s *Source) walk(ctx context.Context, p place, brought map[desk.ID]time.Time, yield yielder) (more bool, err error) {
	for {
		rows, err := s.walkPage(ctx, p)
		if err != nil {
			return false, err
		}
		for _, t := range rows {
			last := p.number
			if p.number = number(t.ID); p.number <= last {
				return false, fmt.Errorf("tickets: after number %d came %q: %w", last, t.ID, connectors.ErrDenied)
			}
			if t.LastUpdated.Before(p.from) { // the query's times may be off by a zone
				continue
			}
			if at, ok := brought[desk.ID(t.ID)]; ok && at.Equal(t.LastUpdated.Time) {
				continue // what changed within this second comes with the next reading
			}
			more, err := s.family(ctx, t, func(rec desk.Record) bool {
				return yield(connectors.Item{Record: rec, Cursor: p.cursor()}, nil)
			})
			if err != nil || !more {
				return false, err
			}
		}
		if len(rows) == 0 {
			return true, nil
		}
	}
}

func (s *Source) walkPage(ctx context.Context, p place) ([]ticketShape, error) {
	query := fmt.Sprintf("id > %d", p.number)
	if s.config.Query != "" {
		query += " AND (" + s.config.Query + ")"
	}
	if !p.from.IsZero() {
		query += fmt.Sprintf(" AND LastUpdated >= '%s'", stamp(p.from.Add(-zones)))
	}
	call := search("tickets", query, ticketFields, "id")
	call.Query.Set("per_page", perPage)
	for n := 1; ; n++ {
		call.Query.Set("page", strconv.Itoa(n))
		rows, err := listed[ticketShape](ctx, s.client, call)
		if err != nil || len(rows.Items) > 0 || rows.Total != "" || n > mostUnseen {
			return rows.Items, err
		}
	}
}

// family yields a ticket, and before it those that were merged into it: RT shows
// their messages as its own, each with the number of the ticket it was written in.
func (s *Source) family(ctx context.Context, t ticketShape, yield func(desk.Record) bool) (more bool, err error) {
	tales, err := s.tales(ctx, t.ID)
	if err != nil {
		return false, err
	}
	if len(tales.others) > 0 {
		merged, err := s.mergedInto(ctx, t.ID)
		if err != nil {
			return false, err
		}
		for _, m := range merged {
			rec, err := s.ticket(ctx, m, tales)
			if err != nil {
				return false, err
			}
			rec.MergedInto = desk.To(desk.KindTicket, desk.ID(t.ID))
			if !yield(rec) {
				return false, nil
			}
		}
	}
	rec, err := s.ticket(ctx, t, tales)
	if err != nil {
		return false, err
	}
	return yield(rec), nil
}

// mergedInto are the covers of the tickets that were merged into one. Only a search
// by the surviving ticket finds them.
func (s *Source) mergedInto(ctx context.Context, id text) (merged []ticketShape, err error) {
	for t, err := range pages[ticketShape](ctx, s.client, search("tickets", "EffectiveId = "+string(id), ticketFields, "id")) {
		if err != nil {
			return nil, err
		}
		if t.ID != id {
			merged = append(merged, t)
		}
	}
	return merged, nil
}

// readDeleted yields the tickets that were deleted since a time. No search of
// tickets finds them; the change of their status is in the history.
func (s *Source) readDeleted(ctx context.Context, since time.Time, after connectors.Cursor, yield yielder) (more bool, err error) {
	query := fmt.Sprintf("ObjectType = 'RT::Ticket' AND Type = 'Status' AND NewValue = 'deleted' AND Created >= '%s'", stamp(since.Add(-zones)))
	for t, err := range pages[transactionShape](ctx, s.client, search("transactions", query, "ObjectId,Created", "id")) {
		if err != nil {
			return false, err
		}
		if t.Created.Before(since) {
			continue
		}
		gone, err := s.isGone(ctx, t.ObjectID)
		if err != nil {
			return false, err
		}
		if !gone {
			continue // somebody brought it back
		}
		stone := &desk.Ticket{}
		stone.ID, stone.Updated, stone.Deleted = desk.ID(t.ObjectID), t.Created.Time, true
		if !yield(connectors.Item{Record: stone, Cursor: after}, nil) {
			return false, nil
		}
	}
	return true, nil
}

func (s *Source) isGone(ctx context.Context, id text) (bool, error) {
	var now ticketShape
	_, err := s.client.JSON(ctx, rest.Call{Path: "ticket/" + string(id)}, &now)
	if isAbsent(err) {
		return true, nil
	}
	return now.Status == "deleted", err
}

func (s *Source) fetchTicket(ctx context.Context, id desk.ID) (desk.Record, error) {
	var t ticketShape
	if _, err := s.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(string(id))}, &t); err != nil {
		return nil, err
	}
	if t.Status == "deleted" {
		return nil, fmt.Errorf("ticket %s was deleted: %w", id, connectors.ErrNotFound)
	}
	var found desk.Record
	_, err := s.family(ctx, t, func(rec desk.Record) bool { // a merged one answers with the surviving one
		if rec.About().ID == id {
			found = rec
		}
		return found == nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("ticket %s: %w", id, connectors.ErrNotFound)
	}
	return found, err
}
