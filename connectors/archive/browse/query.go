package browse

import (
	"net/url"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// query is what the address of a list of tickets asks for.
type query struct {
	values url.Values // the keys of queryKeys that are not empty
	filter archive.Filter
	sort   archive.Sort
	page   string
}

// queryKeys are the filters, in the order in which they are shown.
func queryKeys() []string {
	return []string{
		"q", "status", "category", "group", "assignee", "requester", "organization", "tag", "channel", "source", "from", "to",
		"files", "deleted",
	}
}

// parseQuery reads an address. What has no meaning is left out: there are no
// mistakes in it.
func parseQuery(given url.Values, zone *time.Location) query {
	q := query{values: url.Values{}, sort: archive.NewestFirst, page: given.Get("page")}
	for _, key := range queryKeys() {
		if v := strings.TrimSpace(given.Get(key)); v != "" {
			q.values.Set(key, v)
		}
	}
	v := q.values.Get
	q.filter = archive.Filter{
		Text: v("q"), Status: desk.Status(v("status")), Category: desk.ID(v("category")), Group: desk.ID(v("group")),
		Assignee: desk.ID(v("assignee")), Requester: desk.ID(v("requester")), Org: desk.ID(v("organization")), Tag: v("tag"),
		Channel: v("channel"), Source: v("source"), HasFiles: v("files") != "", Deleted: v("deleted") != "",
	}
	if t, err := time.ParseInLocation(time.DateOnly, v("from"), zone); err == nil {
		q.filter.From = t
	} else {
		q.values.Del("from")
	}
	if t, err := time.ParseInLocation(time.DateOnly, v("to"), zone); err == nil {
		q.filter.To = t.AddDate(0, 0, 1)
	} else {
		q.values.Del("to")
	}
	for _, o := range sorts() {
		if given.Get("sort") == o.Key {
			q.sort = o.sort
			q.values.Set("sort", o.Key)
		}
	}
	return q
}

// order is one way to sort, as the page offers it.
type order struct {
	Key, Label string
	Chosen     bool
	sort       archive.Sort
}

func sorts() []order {
	return []order{
		{Key: "newest", Label: "newest message first", sort: archive.NewestFirst},
		{Key: "oldest", Label: "oldest message first", sort: archive.OldestFirst},
		{Key: "created", Label: "newest ticket first", sort: archive.NewestCreatedFirst},
		{Key: "created-oldest", Label: "oldest ticket first", sort: archive.OldestCreatedFirst},
	}
}

// with is the address of the list with some keys set: pairs of key and value, ""
// takes the key away. It begins at the first page.
func (q query) with(pairs ...string) string {
	v := url.Values{}
	for key, list := range q.values {
		v[key] = list
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		} else {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return "/tickets"
	}
	return "/tickets?" + v.Encode()
}
