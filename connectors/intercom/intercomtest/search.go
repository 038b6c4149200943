package intercomtest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// found is a row that a search may find, as the index knows it.
type found struct {
	id      string
	changed time.Time
	row     func() row
	has     func(field string) (values []any, known bool)
}

// query is the one filter that a search has.
type query struct {
	field, operator string
	value           any
}

func (x *exchange) query() (q query, ok bool) {
	of, _ := x.in["query"].(row)
	if list, is := of["value"].([]any); is && len(list) == 1 {
		of, _ = list[0].(row)
	}
	q.field, _ = of["field"].(string)
	q.operator, _ = of["operator"].(string)
	q.value = of["value"]
	if q.field == "" || q.operator == "" || q.value == nil {
		x.invalid("the query is invalid")
		return q, false
	}
	return q, true
}

// day is the beginning of a day in the workspace's zone.
func (s *Server) day(at time.Time) time.Time {
	return at.Add(-s.Zone).UTC().Truncate(24 * time.Hour).Add(s.Zone)
}

// holds tells whether a row passes the filter. Where days are compared, ">" begins with the
// next one; else it is "greater or equal", as the description says.
func (s *Server) holds(q query, f found, days bool) (bool, error) {
	if q.field == "updated_at" || q.field == "created_at" {
		n, is := q.value.(float64)
		if !is || q.operator != ">" && q.operator != "<" && q.operator != "=" {
			return false, fmt.Errorf("%s is invalid", q.field)
		}
		at := time.Unix(int64(n), 0)
		switch {
		case days && q.operator == ">":
			return !f.changed.Before(s.day(at).Add(24 * time.Hour)), nil
		case q.operator == ">":
			return f.changed.Unix() >= at.Unix(), nil
		}
		return false, fmt.Errorf("this stand-in knows no %s of times", q.operator)
	}
	values, known := f.has(q.field)
	if !known || q.operator != "=" {
		return false, fmt.Errorf("%s is not searchable", q.field)
	}
	return slices.ContainsFunc(values, func(v any) bool {
		return v == q.value || q.field == "email" && strings.EqualFold(fmt.Sprint(v), fmt.Sprint(q.value))
	}), nil
}

// search answers with a page of what passes, by the time of its change.
func (x *exchange) search(all []found, days bool, kind, key string) {
	q, ok := x.query()
	if !ok {
		return
	}
	var rows []found
	for _, f := range all {
		passes, err := x.s.holds(q, f, days)
		if err != nil {
			x.fail(400, "invalid_query", err.Error())
			return
		}
		if passes {
			rows = append(rows, f)
		}
	}
	place := func(f found) string { return fmt.Sprintf("%020d/%s", f.changed.Unix(), f.id) }
	slices.SortFunc(rows, func(a, b found) int { return strings.Compare(place(a), place(b)) })
	if x.s.NoSort {
		slices.Reverse(rows)
	}
	paging, _ := x.in["pagination"].(row)
	per, _ := paging["per_page"].(float64)
	if per == 0 {
		per = 20
	}
	if per > 150 || per < 1 {
		x.invalid("per_page must be between 1 and 150")
		return
	}
	total := len(rows)
	if after, _ := paging["starting_after"].(string); after != "" {
		b, err := base64.StdEncoding.DecodeString(after)
		if err != nil {
			x.invalid("starting_after is invalid")
			return
		}
		rows = slices.DeleteFunc(rows, func(f found) bool { return !x.s.NoSort && place(f) <= string(b) || x.s.NoSort && place(f) >= string(b) })
	}
	pages := row{"type": "pages", "page": 1, "per_page": int(per), "total_pages": (total + int(per) - 1) / int(per)}
	if len(rows) > int(per) {
		rows = rows[:int(per)]
		pages["next"] = row{"per_page": int(per), "starting_after": base64.StdEncoding.EncodeToString([]byte(place(rows[len(rows)-1])))}
	}
	out := []row{}
	for _, f := range rows {
		out = append(out, f.row())
	}
	x.json(row{"type": kind, key: out, "total_count": total, "pages": pages})
}

func (x *exchange) searchContacts() {
	var all []found
	for _, c := range x.s.account.contacts {
		changed, known := x.s.changed(c.changes)
		if !known || c.archived {
			continue
		}
		all = append(all, found{c.id, changed, func() row { return x.s.contactRow(c) }, func(field string) ([]any, bool) {
			switch field {
			case "email":
				return []any{c.email}, true
			case "external_id":
				return []any{c.external}, true
			}
			return nil, false
		}})
	}
	x.search(all, true, "list", "data")
}

func (x *exchange) searchTalks(tickets bool) {
	var all []found
	for _, t := range x.s.account.talks {
		changed, known := x.s.changed(t.changes)
		if !known || tickets && !t.ticket || !tickets && t.ticket && !t.spoke && !x.s.ListsTickets {
			continue
		}
		show := func() row { return x.s.conversationRow(t, changed, false) }
		if tickets {
			show = func() row { return x.s.ticketRow(t, changed) }
		}
		all = append(all, found{text(t.id), changed, show, func(field string) (values []any, known bool) {
			if field == "contact_ids" {
				for _, id := range t.contacts {
					values = append(values, id)
				}
				return values, true
			}
			id, is := strings.CutPrefix(field, "ticket_attribute.")
			if !is || !tickets {
				return nil, false
			}
			for _, k := range x.s.account.kinds {
				for _, f := range k.attributes {
					known = known || text(f.id) == id
					if text(f.id) == id && k == t.kind {
						values = append(values, t.attributes[f.name])
					}
				}
			}
			return values, known
		}})
	}
	if tickets {
		x.search(all, x.s.Days, "ticket.list", "tickets")
		return
	}
	x.search(all, x.s.Days, "conversation.list", "conversations")
}
