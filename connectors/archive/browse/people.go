package browse

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// labelsPage is a list of people or organisations.
type labelsPage struct {
	Path, Noun string
	Text       string
	Labels     []archive.Label
	Total      int64
	First      int64
	Next, Back string
}

// Last is what the last line counts as.
func (p labelsPage) Last() int64 { return p.First + int64(len(p.Labels)) - 1 }

func (s *Site) contacts(r *http.Request) (answer, error) {
	return s.labels(r, desk.KindContact, labelsPage{Path: "/contacts", Noun: "contacts"})
}

func (s *Site) organizations(r *http.Request) (answer, error) {
	return s.labels(r, desk.KindOrganization, labelsPage{Path: "/organizations", Noun: "organisations"})
}

func (s *Site) labels(r *http.Request, kind desk.Kind, p labelsPage) (answer, error) {
	q := r.URL.Query()
	p.Text = q.Get("q")
	skip := skipOf(q)
	var err error
	if p.Labels, p.Total, err = s.library.Labels(r.Context(), kind, p.Text, skip, pageSize); err != nil {
		return answer{}, err
	}
	if err := s.renamed(r, p.Labels); err != nil {
		return answer{}, err
	}
	p.First = int64(skip) + 1
	p.Next, p.Back = turnPages(p.Path, q, skip, len(p.Labels), p.Total)
	return answer{name: "labels", title: p.Noun, at: p.Noun, data: p}, nil
}

// renamed calls people as the view calls them.
func (s *Site) renamed(r *http.Request, labels []archive.Label) (err error) {
	if s.options.View == nil {
		return nil
	}
	names := s.namer(r.Context())
	for i, l := range labels {
		if labels[i], err = names.label(desk.To(l.Kind, l.ID)); err != nil {
			return err
		}
	}
	return nil
}

func skipOf(q url.Values) int {
	n, err := strconv.Atoi(q.Get("skip"))
	if err != nil || n < 0 || n > 1<<30 {
		return 0
	}
	return n
}

// turnPages are the addresses of the pages after and before, "" if there is none.
func turnPages(path string, q url.Values, skip, shown int, total int64) (next, back string) {
	at := func(skip int) string {
		v := url.Values{}
		for _, key := range []string{"q", "id"} {
			if q.Get(key) != "" {
				v.Set(key, q.Get(key))
			}
		}
		if skip > 0 {
			v.Set("skip", strconv.Itoa(skip))
		}
		if len(v) == 0 {
			return path
		}
		return path + "?" + v.Encode()
	}
	if int64(skip+shown) < total && shown > 0 {
		next = at(skip + shown)
	}
	if skip > 0 {
		back = at(max(0, skip-pageSize))
	}
	return next, back
}

// contactPage is one person.
type contactPage struct {
	*desk.Contact
	Left   string
	Source string
	Who    string
	Org    archive.Label
	Same   []archive.Label
	Emails []string
	Rows   list
	Total  int64
	Fields []field
	All    string // the list of the tickets that this contact asked
}

func (s *Site) contact(r *http.Request) (answer, error) {
	ctx := r.Context()
	person, err := s.library.Contact(ctx, desk.ID(r.URL.Query().Get("id")))
	if err != nil {
		return answer{}, err
	}
	c := person.Contact
	p := contactPage{Contact: c, Source: sourceOf(c.ID)}
	if p.Left, err = s.view(ctx, c); err != nil {
		return answer{}, err
	}
	if p.Left != "" {
		p.Contact = &desk.Contact{Meta: desk.Meta{ID: c.ID}}
		p.Who = string(c.ID)
		return answer{name: "contact", title: p.Who, at: "contacts", data: p}, nil
	}
	p.Who = cmp.Or(append([]string{c.Name}, append(c.Emails, string(c.ID))...)...)
	p.Same, p.Emails, p.Total, p.Fields = person.Same, c.Emails, person.Total, fieldsOf(c.Fields)
	p.All = query{values: url.Values{}}.with("requester", string(c.ID))
	if err := s.renamed(r, p.Same); err != nil {
		return answer{}, err
	}
	if p.Org, err = s.namer(ctx).label(c.Org); err != nil {
		return answer{}, fmt.Errorf("contact %s: %w", c.ID, err)
	}
	if p.Rows, err = s.rows(ctx, person.Tickets[:min(len(person.Tickets), mostHistory)]); err != nil {
		return answer{}, err
	}
	return answer{name: "contact", title: p.Who, at: "contacts", data: p}, nil
}

// mostHistory is how many tickets of a person one page shows.
const mostHistory = 200

// organizationPage is one organisation.
type organizationPage struct {
	*desk.Organization
	Left       string
	Source     string
	Members    labelsPage
	Rows       list
	Total      int64
	All        string
	Fields     []field
	Next, Back string
}

func (s *Site) organization(r *http.Request) (answer, error) {
	ctx, q := r.Context(), r.URL.Query()
	id := desk.ID(q.Get("id"))
	found, err := s.library.Record(ctx, desk.KindOrganization, id)
	if err != nil {
		return answer{}, err
	}
	o := found.(*desk.Organization)
	p := organizationPage{Organization: o, Source: sourceOf(id), Fields: fieldsOf(o.Fields)}
	if p.Left, err = s.view(ctx, o); err != nil {
		return answer{}, err
	}
	if p.Left != "" {
		p.Organization, p.Fields = &desk.Organization{Meta: desk.Meta{ID: id}, Name: string(id)}, nil
		return answer{name: "organization", title: string(id), at: "organisations", data: p}, nil
	}
	skip := skipOf(q)
	m := &p.Members
	if m.Labels, m.Total, err = s.library.Members(ctx, id, skip, pageSize); err != nil {
		return answer{}, err
	}
	if err := s.renamed(r, m.Labels); err != nil {
		return answer{}, err
	}
	m.First = int64(skip) + 1
	m.Next, m.Back = turnPages("/organization", q, skip, len(m.Labels), m.Total)
	list, err := s.library.List(ctx, archive.Filter{Org: id}, archive.NewestFirst, "", pageSize)
	if err != nil {
		return answer{}, err
	}
	p.Total, p.All = list.Total, query{values: url.Values{}}.with("organization", string(id))
	if p.Rows, err = s.rows(ctx, list.Tickets); err != nil {
		return answer{}, err
	}
	return answer{name: "organization", title: o.Name, at: "organisations", data: p}, nil
}
