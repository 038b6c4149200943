// Package crosslinks finds addresses of records in texts that people wrote: an agent who
// says "the same as" and pastes the address of another ticket. It knows in which form each
// system has them, and puts others in their place. Where they lead now, others know.
package crosslinks

import (
	"html"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Old is a system whose addresses are looked for.
type Old struct {
	Pages connectors.Pages
	// Prefix stands before the system's ids where its records are asked for.
	Prefix desk.ID
}

// Link is an address of a record in a text.
type Link struct {
	Address   string // as it is there
	Kind      desk.Kind
	ID        desk.ID // with the prefix
	Customers bool    // it is for those who ask
}

// Book are the systems whose addresses are looked for. The zero Book finds none.
type Book struct {
	old   []Old
	hosts []string
}

// NewBook leaves out systems that have no addresses, and those whose addresses begin as the
// target's do: of such a one nobody could tell whether it is the old or the new.
func NewBook(target connectors.Pages, old ...Old) *Book {
	b := &Book{}
	here := hostOf(target.Base)
	for _, o := range old {
		host := hostOf(o.Pages.Base)
		if host == "" || host == here || len(o.Pages.Forms) == 0 {
			continue
		}
		b.old, b.hosts = append(b.old, o), append(b.hosts, host)
	}
	return b
}

func hostOf(base string) string {
	at, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(at.Host)
}

// Empty tells that no address is looked for.
func (b *Book) Empty() bool { return b == nil || len(b.old) == 0 }

// Find tells which record an address leads to.
func (b *Book) Find(address string) (Link, bool) {
	for _, o := range b.old {
		if form, id, ok := o.Pages.Find(address); ok {
			return Link{Address: address, Kind: form.Kind, ID: o.Prefix + id, Customers: form.Customers}, true
		}
	}
	return Link{}, false
}

// Text is a plain text with what to says in the place of each address of a record; one for
// which it says "" stays as it is.
func (b *Book) Text(text string, to func(Link) string) string {
	return b.replace(text, to, false)
}

// HTML is Text for a page: addresses in it are written as pages write them.
func (b *Book) HTML(page string, to func(Link) string) string {
	return b.replace(page, to, true)
}

func (b *Book) replace(body string, to func(Link) string, page bool) string {
	if b.Empty() || !b.mentions(body) {
		return body
	}
	var out strings.Builder
	rest := body
	for {
		at := nextAddress(rest)
		if at < 0 {
			out.WriteString(rest)
			return out.String()
		}
		address := rest[at : at+addressLen(rest[at:], page)]
		out.WriteString(rest[:at])
		out.WriteString(b.instead(address, to, page))
		rest = rest[at+len(address):]
	}
}

// instead is what stands in the place of an address.
func (b *Book) instead(address string, to func(Link) string, page bool) string {
	plain := address
	if page {
		plain = html.UnescapeString(address)
	}
	link, ok := b.Find(plain)
	if !ok {
		return address
	}
	switch there := to(link); {
	case there == "":
		return address
	case page:
		return html.EscapeString(there)
	default:
		return there
	}
}

// mentions tells whether it is worth looking: most texts name none of the hosts.
func (b *Book) mentions(body string) bool {
	for _, host := range b.hosts {
		if strings.Contains(body, "://") && containsFold(body, host) {
			return true
		}
	}
	return false
}

// containsFold is strings.Contains for a lower case ASCII needle, whatever the case of what
// is there.
func containsFold(s, lower string) bool {
	for n := len(lower); len(s) >= n; s = s[1:] {
		if strings.EqualFold(s[:n], lower) {
			return true
		}
	}
	return false
}
