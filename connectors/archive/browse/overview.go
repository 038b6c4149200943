package browse

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// overviewPage is the first page.
type overviewPage struct {
	Counts      []figure
	Bytes       int64
	First, Last time.Time
	Behind      int64
	Status      []facetValue
	Years       []facetValue
	Most        int64 // tickets in the fullest year
	Category    []facetValue
	Assignee    []facetValue
	Sources     []sourceFigures
	Rows        list
}

// figure is how many there are of a kind.
type figure struct {
	Name, Link string
	Count      int64
}

// sourceFigures are the figures of one source.
type sourceFigures struct {
	Name, Link                              string
	Tickets, Messages, Contacts, Org, Files int64
}

func (s *Site) overview(r *http.Request) (answer, error) {
	ctx := r.Context()
	stats, err := s.library.Stats(ctx)
	if err != nil {
		return answer{}, err
	}
	facets, err := s.facets.get(ctx, s.library, archive.Filter{})
	if err != nil {
		return answer{}, err
	}
	latest, err := s.library.List(ctx, archive.Filter{}, archive.NewestFirst, "", 8)
	if err != nil {
		return answer{}, err
	}
	p := overviewPage{Bytes: stats.Bytes, First: stats.First, Last: stats.Last, Behind: stats.Behind}
	if p.Rows, err = s.rows(ctx, latest.Tickets); err != nil {
		return answer{}, err
	}
	p.Counts = figures(stats.Counts)
	q := query{values: url.Values{}}
	p.Status = linked(q, "status", facets.Status)
	p.Category = linked(q, "category", facets.Category)
	p.Assignee = linked(q, "assignee", facets.Assignee)
	for _, y := range facets.Year {
		p.Most = max(p.Most, y.Count)
		p.Years = append(p.Years, facetValue{Label: y.Value, Count: y.Count, Link: q.with("from", y.Value+"-01-01", "to", y.Value+"-12-31")})
	}
	for name, n := range stats.Sources {
		one := sourceFigures{
			Name: name, Link: q.with("source", name), Tickets: n[desk.KindTicket], Messages: n[desk.KindMessage],
			Contacts: n[desk.KindContact], Org: n[desk.KindOrganization], Files: n[desk.KindFile],
		}
		if name == "" {
			one.Name, one.Link = "(written here)", ""
		}
		p.Sources = append(p.Sources, one)
	}
	slices.SortFunc(p.Sources, func(a, b sourceFigures) int { return cmp.Compare(a.Name, b.Name) })
	return answer{name: "overview", title: "Overview", at: "overview", data: p}, nil
}

func figures(counts map[desk.Kind]int64) []figure {
	var out []figure
	for _, x := range []struct {
		kind       desk.Kind
		name, link string
	}{
		{desk.KindTicket, "tickets", "/tickets"},
		{desk.KindMessage, "messages", ""},
		{desk.KindFile, "files", "/tickets?files=1"},
		{desk.KindContact, "contacts", "/contacts"},
		{desk.KindOrganization, "organisations", "/organizations"},
		{desk.KindAgent, "agents", ""},
		{desk.KindGroup, "groups", ""},
		{desk.KindCategory, "categories", ""},
	} {
		if counts[x.kind] > 0 || x.kind == desk.KindTicket {
			out = append(out, figure{x.name, x.link, counts[x.kind]})
		}
	}
	return out
}

// linked makes each value lead to its tickets, the eight most frequent of them.
func linked(q query, key string, counts []archive.Count) []facetValue {
	var out []facetValue
	for _, c := range counts[:min(len(counts), mostShown)] {
		out = append(out, facetValue{Label: c.Label, Count: c.Count, Link: q.with(key, c.Value)})
	}
	return out
}

// card is a short list of values with bars.
type card struct {
	Name   string
	Values []facetValue
	Most   int64
}

func newCard(name string, values []facetValue) card {
	c := card{Name: name, Values: values}
	for _, v := range values {
		c.Most = max(c.Most, v.Count)
	}
	return c
}
