package zendesktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// listOf answers with a list of a sort, by id.
func listOf(kind string) handler {
	return func(a *Account, c *call) reply {
		all := []obj{}
		external := c.URL.Query().Get("external_id")
		for _, r := range a.tables[kind].all() {
			if a.listable(kind, r, c) && (external == "" || text(r.data["external_id"]) == external) {
				all = append(all, a.shown(kind, r))
			}
		}
		if kind == "groups" {
			all = append(all, a.deletedGroups(c)...)
			slices.SortFunc(all, func(x, y obj) int { return int(number(x["id"]) - number(y["id"])) })
		}
		out := a.page(c, kind, all)
		if body, whole := out.body.(obj); whole {
			a.sideloadPeople(c, kind, body)
		}
		return out
	}
}

// listable tells whether a list holds a row: no archived tickets, and of users those
// of the roles asked for.
func (a *Account) listable(kind string, r *row, c *call) bool {
	switch kind {
	case "tickets":
		return r.data["zendesktest_archived"] == nil
	case "users":
		q := c.URL.Query()
		roles := append(q["role[]"], q["role"]...)
		return r.data["active"] == true && (len(roles) == 0 || slices.Contains(roles, text(r.data["role"])))
	}
	return true
}

// deletedGroups are listed too, unless exclude_deleted says otherwise.
func (a *Account) deletedGroups(c *call) (out []obj) {
	if c.URL.Query().Get("exclude_deleted") == "true" {
		return nil
	}
	for _, r := range a.tables["groups"].rows {
		if r.gone {
			out = append(out, r.data)
		}
	}
	return out
}

func showOf(kind string) handler {
	return func(a *Account, c *call) reply {
		r := a.tables[kind].get(c.id("id"))
		if r == nil && kind == "users" { // a deleted one is shown, inactive
			r = a.tables[kind].rows[c.id("id")]
		}
		if r == nil {
			return notFound()
		}
		name := strings.TrimSuffix(kind, "s")
		out := obj{name: a.shown(kind, r)}
		a.sideload(c.URL.Query().Get("include"), kind, []*row{r}, out)
		return ok(out)
	}
}

// countOf counts what a list would hold.
func countOf(kind string) handler {
	return func(a *Account, c *call) reply {
		n := 0
		for _, r := range a.tables[kind].all() {
			if a.listable(kind, r, c) {
				n++
			}
		}
		return ok(obj{"count": obj{"value": n, "refreshed_at": stampOf(a.now())}})
	}
}

// shown is a thing as it is sent: without what only the account itself knows.
func (a *Account) shown(kind string, r *row) obj {
	if kind != "tickets" {
		return r.data
	}
	out := maps.Clone(r.data)
	for name := range r.data {
		if strings.HasPrefix(name, "zendesktest_") {
			delete(out, name)
		}
	}
	out["generated_timestamp"] = r.stamp
	return out
}

// exported is a thing in an export, which holds deleted ones too.
func (a *Account) exported(kind string, r *row) obj {
	out := a.shown(kind, r)
	if r.gone && kind == "tickets" {
		out["status"] = "deleted"
	}
	return out
}

func (a *Account) exportTickets(c *call) reply { return a.export(c, "tickets") }
func (a *Account) exportUsers(c *call) reply   { return a.export(c, "users") }

// exportOrganizations is a time-based export. As recorded, its last page names
// itself as the next, and gives the last thing again.
func (a *Account) exportOrganizations(c *call) reply {
	start, bad := a.start(c.URL.Query())
	if bad != nil {
		return *bad
	}
	rows := a.changed("organizations", place{start, -1}, a.o.ExportLag)
	size := a.size(c.URL.Query().Get("per_page"), 1000)
	n := min(size, len(rows))
	for n > 0 && n < len(rows) && rows[n].stamp == rows[0].stamp { // else it would never get on
		n++
	}
	list, end := []obj{}, start
	for _, r := range rows[:n] {
		list, end = append(list, r.data), r.stamp
	}
	out := obj{"organizations": list, "count": n, "end_of_stream": n == len(rows), "end_time": nil, "next_page": nil}
	if n > 0 {
		out["end_time"] = end
		out["next_page"] = a.link(c, "start_time", fmt.Sprint(end))
	}
	return ok(out)
}

// sideload adds what include asks for
// (https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/).
func (a *Account) sideload(include, kind string, rows []*row, out obj) {
	if a.o.NoSideload {
		return
	}
	for _, what := range strings.Split(include, ",") {
		switch what {
		case "identities":
			a.sideloadIdentities(kind, rows, out)
		case "metric_sets":
			if kind == "tickets" {
				a.sideloadMetrics(rows, out)
			}
		}
	}
}

func (a *Account) sideloadIdentities(kind string, rows []*row, out obj) {
	if kind != "users" {
		return
	}
	list := []obj{}
	for _, u := range rows {
		for _, i := range a.tables["identities"].all() {
			if number(i.data["user_id"]) == u.id {
				list = append(list, i.data)
			}
		}
	}
	out["identities"] = list
}

func (a *Account) sideloadMetrics(rows []*row, out obj) {
	list := []obj{}
	for _, r := range rows {
		list = append(list, obj{"id": r.id + 1_000_000, "ticket_id": r.id, "created_at": r.data["created_at"], "solved_at": r.data["zendesktest_solved_at"]})
	}
	out["metric_sets"] = list
}

func (a *Account) sideloadPeople(c *call, kind string, body obj) {
	if kind == "users" && !a.o.NoSideload && strings.Contains(c.URL.Query().Get("include"), "identities") {
		var rows []*row
		list, _ := body["users"].([]obj)
		for _, u := range list {
			rows = append(rows, a.tables["users"].rows[number(u["id"])])
		}
		a.sideloadIdentities(kind, rows, body)
	}
}

// visible tells whether a search has seen a row.
func (a *Account) visible(r *row) bool {
	return !a.now().Before(time.Unix(r.stamp, 0).Add(a.o.SearchLag)) || a.o.SearchLag <= 0
}

// search finds tickets by tag and users by address, behind what was written, and no
// more than the first thousand (https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/).
func (a *Account) search(c *call) reply {
	found := []obj{}
	words := strings.Fields(c.URL.Query().Get("query"))
	for _, kind := range []string{"tickets", "users"} {
		for _, r := range a.tables[kind].all() {
			if a.visible(r) && matches(kind, r.data, words) {
				hit := maps.Clone(a.shown(kind, r))
				hit["result_type"] = strings.TrimSuffix(kind, "s")
				found = append(found, hit)
			}
		}
	}
	if number(orText(c.URL.Query().Get("page"), "1")) > 10 {
		return reply{status: 422, body: obj{"error": "invalid", "description": "Invalid search: Requested response size was greater than Search Response Limits"}}
	}
	return a.page(c, "results", found)
}

func matches(kind string, data obj, words []string) bool {
	for _, w := range words {
		name, value, keyed := strings.Cut(w, ":")
		switch {
		case keyed && name == "type":
			if value != strings.TrimSuffix(kind, "s") {
				return false
			}
		case keyed && name == "tags":
			if tags, _ := data["tags"].([]string); !slices.Contains(tags, value) {
				return false
			}
		case keyed:
			if text(data[name]) != value {
				return false
			}
		case !strings.Contains(fmt.Sprint(data), w):
			return false
		}
	}
	return true
}

// showManyTickets finds tickets by their ids; those that were deleted are left out.
func (a *Account) showManyTickets(c *call) reply {
	ids, found := strings.Split(c.URL.Query().Get("ids"), ","), []obj{}
	if len(ids) > 100 {
		return tooMany(len(ids))
	}
	for _, id := range ids {
		if r := a.tables["tickets"].get(number(id)); r != nil {
			found = append(found, a.shown("tickets", r))
		}
	}
	return ok(obj{"tickets": found, "count": len(found), "next_page": nil, "previous_page": nil})
}
