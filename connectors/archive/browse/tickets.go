package browse

import (
	"context"
	"net/http"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// pageSize is how many lines a list has.
const pageSize = 50

// ticketsPage is the list of tickets.
type ticketsPage struct {
	Rows   list
	Total  int64
	First  int64 // what the first line counts as, from 1
	Next   string
	Start  string // the first page, "" if this is it
	Behind int64

	Text     string
	From, To string
	Files    bool
	Sorts    []order
	Hidden   []hidden // filters that the search form carries along
	Chips    []chip
	Clear    string
	Facets   []facet
}

// hidden is a field of a form that is not shown.
type hidden struct{ Name, Value string }

// chip is a filter that is set.
type chip struct{ Name, Value, Drop string }

// facet is one filter and the values to choose from.
type facet struct {
	Name   string
	Values []facetValue
	More   []facetValue // behind a fold
}

type facetValue struct {
	Label, Link string
	Count       int64
	Chosen      bool
}

func (s *Site) tickets(r *http.Request) (answer, error) {
	ctx := r.Context()
	q := parseQuery(r.URL.Query(), s.options.Zone)
	facets, err := s.facets.get(ctx, s.library, q.filter)
	if err != nil {
		return answer{}, err
	}
	list, err := s.library.List(ctx, q.filter, q.sort, q.page, pageSize)
	if err != nil {
		return answer{}, err
	}
	p := ticketsPage{
		Total: list.Total, First: 1, Behind: list.Behind, Clear: "/tickets",
		Text: q.filter.Text, From: q.values.Get("from"), To: q.values.Get("to"), Files: q.filter.HasFiles,
	}
	if p.Rows, err = s.rows(ctx, list.Tickets); err != nil {
		return answer{}, err
	}
	p.place(q, r.URL.Query().Get("first"), list)
	for _, o := range sorts() {
		o.Chosen = o.sort == q.sort
		p.Sorts = append(p.Sorts, o)
	}
	p.Facets = facetsOf(q, facets)
	if p.Chips, err = s.chips(ctx, q); err != nil {
		return answer{}, err
	}
	for _, key := range queryKeys() {
		if v := q.values.Get(key); v != "" && key != "q" && key != "from" && key != "to" && key != "files" {
			p.Hidden = append(p.Hidden, hidden{key, v})
		}
	}
	title := "Tickets"
	if q.filter.Text != "" {
		title = q.filter.Text + " · Tickets"
	}
	return answer{name: "tickets", title: title, at: "tickets", data: p}, nil
}

// place says where in the list the page is. The token of a page does not tell how
// many are before it, so the address carries that along.
func (p *ticketsPage) place(q query, first string, list archive.Page) {
	if n, err := strconv.ParseInt(first, 10, 64); err == nil && n > 0 && n <= list.Total && q.page != "" {
		p.First = n
	}
	if q.page != "" {
		p.Start = q.with()
	}
	if list.Next != "" {
		p.Next = q.with("page", list.Next, "first", strconv.FormatInt(p.First+int64(len(list.Tickets)), 10))
	}
}

// Last is what the last line counts as.
func (p ticketsPage) Last() int64 { return p.First + int64(len(p.Rows)) - 1 }

// mostShown is how many values of a facet are shown unfolded.
const mostShown = 8

// facetsOf are the filters that can be chosen.
func facetsOf(q query, f archive.Facets) []facet {
	var out []facet
	for _, x := range []struct {
		key, name string
		counts    []archive.Count
	}{
		{"status", "Status", f.Status},
		{"category", "Category", f.Category},
		{"group", "Group", f.Group},
		{"assignee", "Assignee", f.Assignee},
		{"source", "Source", f.Source},
		{"channel", "Channel", f.Channel},
		{"tag", "Tag", f.Tag},
		{"year", "Year", f.Year},
	} {
		chosen := q.values.Get(x.key)
		if len(x.counts) == 0 || len(x.counts) == 1 && chosen == "" && (x.key == "source" || x.key == "channel") {
			continue // one source alone is no choice
		}
		one := facet{Name: x.name}
		for i, c := range x.counts {
			v := facetValue{Label: c.Label, Count: c.Count, Chosen: c.Value == chosen, Link: q.with(x.key, c.Value)}
			if x.key == "year" {
				from, to := c.Value+"-01-01", c.Value+"-12-31"
				v.Chosen, v.Link = q.values.Get("from") == from && q.values.Get("to") == to, q.with("from", from, "to", to)
			}
			if v.Chosen {
				v.Link = q.with(x.key, "")
				if x.key == "year" {
					v.Link = q.with("from", "", "to", "")
				}
			}
			if i < mostShown || v.Chosen {
				one.Values = append(one.Values, v)
			} else {
				one.More = append(one.More, v)
			}
		}
		out = append(out, one)
	}
	return out
}

// chips are the filters that are set, each with the list without it.
func (s *Site) chips(ctx context.Context, q query) ([]chip, error) {
	var out []chip
	names := s.namer(ctx)
	for _, key := range queryKeys() {
		value := q.values.Get(key)
		if value == "" || key == "q" {
			continue
		}
		c := chip{Name: key, Value: value, Drop: q.with(key, "")}
		if kind := kindOfKey(key); kind != "" {
			l, err := names.label(desk.To(kind, desk.ID(value)))
			if err != nil {
				return nil, err
			}
			c.Value = called(l)
		}
		switch key {
		case "files":
			c.Name, c.Value = "with", "files"
		case "deleted":
			c.Name, c.Value = "gone", "at the source"
		}
		out = append(out, c)
	}
	return out, nil
}

func kindOfKey(key string) desk.Kind {
	switch key {
	case "category":
		return desk.KindCategory
	case "group":
		return desk.KindGroup
	case "assignee":
		return desk.KindAgent
	case "requester":
		return desk.KindContact
	case "organization":
		return desk.KindOrganization
	}
	return ""
}

// called is what a person or shelf is called.
func called(l archive.Label) string {
	switch {
	case l.Name != "":
		return l.Name
	case l.Email != "":
		return l.Email
	}
	return string(l.ID)
}
