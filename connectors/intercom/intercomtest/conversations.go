package intercomtest

import (
	"net/http"
	"strconv"
)

// conversations answers for /conversations and what is below. What it does not know is not
// asked for: to write one would mail somebody.
func (x *exchange) conversations(path []string) {
	switch path[0] {
	case "search":
		x.searchTalks(false)
		return
	case "deleted":
		x.deleted()
		return
	}
	t, ok := x.s.account.talk(path[0])
	switch {
	case !ok || t.ticket && !t.spoke && !x.s.ListsTickets:
		x.gone()
	case x.r.Method == http.MethodGet && path[1] == "":
		x.json(x.s.conversationRow(t, t.changes[len(t.changes)-1], true))
	case x.r.Method == http.MethodDelete && path[1] == "":
		x.s.forget(t)
		x.json(row{"id": path[0], "object": "conversation", "deleted": true})
	default:
		x.gone()
	}
}

// deleted lists what was deleted, in pages of an older style.
func (x *exchange) deleted() {
	if x.s.NoDeleted {
		x.fail(http.StatusBadRequest, "unsupported", "Resource not available")
		return
	}
	page, per := x.number("page", 1), x.number("per_page", 20)
	if per > 60 {
		x.invalid("per_page is invalid")
		return
	}
	all := x.s.account.deleted
	rows := []row{}
	for _, d := range all[min(len(all), (page-1)*per):min(len(all), page*per)] {
		rows = append(rows, row{"type": "conversation", "id": text(d.id), "metrics_retained": true, "deleted_at": d.at.Unix()})
	}
	pages := row{"type": "pages", "page": page, "per_page": per, "total_pages": (len(all) + per - 1) / per, "next": nil}
	if page*per < len(all) {
		pages["next"] = x.s.urls[0] + "/conversations/deleted?page=" + strconv.Itoa(page+1)
	}
	x.json(row{"type": "conversations.list", "conversations": rows, "total_count": len(all), "pages": pages})
}
