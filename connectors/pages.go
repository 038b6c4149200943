package connectors

import (
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Pages are the addresses under which people open a system's records in its own web pages.
// They are known from the configuration alone: the account may be closed by the time that
// somebody follows an old link.
type Pages struct {
	Base  string // where all of them begin, such as https://acme.example.com
	Forms []Page
	// Subject is what in a mail's subject puts it into a ticket, {id} that ticket's id; "" it
	// is another in each installation, or nothing does.
	Subject string
}

// Page is one form of address. In Path {id} stands for the record's id, also in a query or
// at the end of what stands behind #, and
// * for one part that says nothing of the record, such as a language.
type Page struct {
	Kind desk.Kind
	Path string
	// Customers says that it is for those who ask; else it is for agents.
	Customers bool
}

// Address is the address of a record by one form; "" where the form has a * in it, of which
// nobody knows what stood there.
func (p Pages) Address(form Page, id desk.ID) string {
	if strings.Contains(form.Path, "*") || id == "" {
		return ""
	}
	escaped := url.PathEscape(string(id))
	if strings.Contains(form.Path, "?") {
		escaped = url.QueryEscape(string(id))
	}
	return strings.TrimRight(p.Base, "/") + strings.ReplaceAll(form.Path, "{id}", escaped)
}

// Link is the address of a record, for customers or agents; else for the others; "" none.
func (p Pages) Link(kind desk.Kind, id desk.ID, customers bool) (link string) {
	for _, form := range p.Forms {
		at := p.Address(form, id)
		switch {
		case form.Kind != kind || at == "":
		case form.Customers == customers:
			return at
		case link == "":
			link = at
		}
	}
	return link
}

// Find tells which record an address leads to; false if none of this system's.
func (p Pages) Find(address string) (form Page, id desk.ID, ok bool) {
	at, err := url.Parse(address)
	base, badBase := url.Parse(p.Base)
	if err != nil || badBase != nil || !strings.EqualFold(at.Host, base.Host) || at.Host == "" {
		return form, "", false
	}
	path, under := strings.CutPrefix(at.EscapedPath(), strings.TrimRight(base.EscapedPath(), "/"))
	if !under {
		return form, "", false
	}
	query, _ := url.ParseQuery(strings.ReplaceAll(at.RawQuery, ";", "&")) // some write one for the other; what is none is left out
	for _, form := range p.Forms {
		if strings.Contains(form.Path, "#") {
			if id, ok := form.matchFragment(path, at.Fragment); ok {
				return form, id, true
			}
			continue
		}
		if id, ok := form.match(path, query); ok {
			return form, id, true
		}
	}
	return form, "", false
}

func (f Page) match(path string, query url.Values) (desk.ID, bool) {
	want, asks, _ := strings.Cut(f.Path, "?")
	parts, have := strings.Split(want, "/"), strings.Split(strings.TrimRight(path, "/"), "/")
	if len(parts) != len(have) {
		return "", false
	}
	id := ""
	for i, part := range parts {
		switch {
		case part == "{id}":
			id = have[i]
		case part != "*" && part != have[i]:
			return "", false
		}
	}
	if strings.Contains(asks, "{id}") {
		return matchQuery(asks, query)
	}
	plain, err := url.PathUnescape(id)
	return desk.ID(plain), err == nil && plain != ""
}

// matchQuery takes the id from a query in which the other values are those of the form.
func matchQuery(asks string, query url.Values) (id desk.ID, ok bool) {
	for part := range strings.SplitSeq(strings.ReplaceAll(asks, ";", "&"), "&") {
		name, want, _ := strings.Cut(part, "=")
		switch got := query.Get(name); {
		case want == "{id}":
			id = desk.ID(got)
		case got != want:
			return "", false
		}
	}
	return id, id != ""
}
