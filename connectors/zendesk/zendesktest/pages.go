package zendesktest

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// page cuts a list as the request asks for: by cursor where it says page[size],
// else by number.
func (a *Account) page(c *call, name string, all []obj) reply {
	q := c.URL.Query()
	if !a.o.NoCursors && (q.Has("page[size]") || q.Has("page[after]")) {
		return a.byCursor(c, name, all)
	}
	size := a.size(q.Get("per_page"), 100)
	n, err := strconv.Atoi(orText(q.Get("page"), "1"))
	if err != nil || n < 1 {
		return badRequest("InvalidPaginationParameter", "page must be an integer greater than 0")
	}
	if asked, err := strconv.Atoi(q.Get("per_page")); n*size > 10_000 || err == nil && n*min(asked, 100) > 10_000 {
		return badRequest("InvalidPaginationDepth", "Number of records requested exceeds the limit of 10000. Please use cursor pagination instead")
	}
	from := min((n-1)*size, len(all))
	to := min(from+size, len(all))
	out := obj{name: listed(all[from:to]), "count": len(all), "next_page": nil, "previous_page": nil}
	if to < len(all) {
		out["next_page"] = a.link(c, "page", strconv.Itoa(n+1))
	}
	if n > 1 {
		out["previous_page"] = a.link(c, "page", strconv.Itoa(n-1))
	}
	return ok(out)
}

func listed(all []obj) []obj {
	if all == nil {
		return []obj{}
	}
	return all
}

// size is how much a page holds.
func (a *Account) size(asked string, most int) int {
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 || n > most {
		n = most
	}
	if a.o.PageSize > 0 {
		n = min(n, a.o.PageSize)
	}
	return n
}

// link is the address of the request with one parameter changed.
func (a *Account) link(c *call, name, value string) string {
	q := c.URL.Query()
	q.Set(name, value)
	return a.o.Base + c.URL.Path + ".json?" + q.Encode()
}

// byCursor cuts a list by cursor (https://developer.zendesk.com/api-reference/introduction/pagination/).
// The cursor names the id of the last thing, so that what is made meanwhile shifts
// nothing.
func (a *Account) byCursor(c *call, name string, all []obj) reply {
	q := c.URL.Query()
	size := a.size(q.Get("page[size]"), 100)
	from := 0
	if after := q.Get("page[after]"); after != "" {
		b, err := base64.RawURLEncoding.DecodeString(after)
		last, err2 := strconv.ParseInt(strings.TrimPrefix(string(b), "after:"), 10, 64)
		if err != nil || err2 != nil {
			return badRequest("InvalidPaginationParameter", "page[after] is not valid")
		}
		for from < len(all) && number(all[from]["id"]) <= last {
			from++
		}
	}
	to := min(from+size, len(all))
	meta := obj{"has_more": to < len(all), "after_cursor": nil, "before_cursor": nil}
	links := obj{"next": nil, "prev": nil}
	if to > from {
		after := base64.RawURLEncoding.EncodeToString([]byte("after:" + fmt.Sprint(all[to-1]["id"])))
		meta["after_cursor"], links["next"] = after, a.link(c, "page[after]", after)
	}
	return ok(obj{name: listed(all[from:to]), "meta": meta, "links": links})
}

// place is a place in a cursor export: after the row of that stamp and id. Recorded
// ones are the base64 of "1695052663.0||28|".
type place struct{ stamp, id int64 }

func (p place) String() string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d.0||%d|", p.stamp, p.id))
}

func parsePlace(s string) (p place, ok bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return p, false
	}
	n, err := fmt.Sscanf(string(b), "%d.0||%d|", &p.stamp, &p.id)
	return p, err == nil && n == 2
}

// export is a page of a cursor export.
func (a *Account) export(c *call, kind string) reply {
	q := c.URL.Query()
	var p place
	from := q.Get("cursor")
	if from != "" {
		var fits bool
		if p, fits = parsePlace(from); !fits {
			return reply{status: http.StatusUnprocessableEntity, body: obj{"error": "InvalidValue", "description": "Invalid cursor"}}
		}
	} else {
		start, bad := a.start(q)
		if bad != nil {
			return *bad
		}
		p = place{start, -1}
	}
	rows := a.changed(kind, p, a.o.ExportLag)
	size := a.size(q.Get("per_page"), 1000)
	end := len(rows) <= size
	rows = rows[:min(size, len(rows))]
	out := obj{"end_of_stream": end, "before_cursor": nil, "before_url": nil, "after_cursor": nil, "after_url": nil}
	if from != "" {
		out["after_cursor"] = from
	}
	list := []obj{}
	for _, r := range rows {
		list = append(list, a.exported(kind, r))
		out["after_cursor"] = place{r.stamp, r.id}.String()
	}
	if after := text(out["after_cursor"]); after != "" {
		out["after_url"] = a.o.Base + c.URL.Path + ".json?cursor=" + url.QueryEscape(after)
	}
	out[kind] = list
	a.sideload(q.Get("include"), kind, rows, out)
	return ok(out)
}

// start is the time that an export starts from. It must be at least a minute ago.
func (a *Account) start(q url.Values) (int64, *reply) {
	n, err := strconv.ParseInt(q.Get("start_time"), 10, 64)
	if err != nil || n < 0 {
		bad := badRequest("StartTimeMissing", "start_time is required")
		return 0, &bad
	}
	if a.o.ExportLag > 0 && a.now().Sub(time.Unix(n, 0)) < time.Minute {
		bad := reply{status: http.StatusUnprocessableEntity, body: obj{"error": "StartTimeTooRecent", "description": "Too recent start_time. Use a start_time older than 60 seconds"}}
		return 0, &bad
	}
	return n, nil
}

// changed are the rows of a sort that changed after a place, in order, but not
// those of the last moments.
func (a *Account) changed(kind string, p place, lag time.Duration) (out []*row) {
	newest := int64(1) << 60
	if lag > 0 {
		newest = a.now().Add(-lag).Unix()
	}
	for _, r := range a.tables[kind].rows {
		if r.stamp <= newest && (r.stamp > p.stamp || r.stamp == p.stamp && r.id > p.id) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(x, y *row) int { return cmp.Or(cmp.Compare(x.stamp, y.stamp), cmp.Compare(x.id, y.id)) })
	return out
}

func number(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case int:
		return int64(n)
	case float64:
		return int64(n)
	case string:
		if i, err := strconv.ParseInt(n, 10, 64); err == nil {
			return i
		}
	}
	return 0
}
