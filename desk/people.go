package desk

import (
	"strings"
	"unicode"
)

// Contact is someone who asks.
type Contact struct {
	Meta
	Name   string   `json:"name,omitempty"`
	Emails []string `json:"emails,omitempty"` // lower case, main first
	Phones []string `json:"phones,omitempty"` // as written, main first
	Org    Ref      `json:"org,omitzero"`
	// Language is a BCP 47 tag, Zone an IANA time zone; "" if unknown.
	Language string `json:"language,omitempty"`
	Zone     string `json:"zone,omitempty"`
	Note     string `json:"note,omitempty"` // what agents wrote about them
}

// Agent is someone who answers. Agents are matched more often than created.
type Agent struct {
	Meta
	Name     string `json:"name,omitempty"`
	Email    string `json:"email,omitempty"` // lower case
	Groups   []Ref  `json:"groups,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// Organization is whom a contact works for.
type Organization struct {
	Meta
	Name    string   `json:"name"`
	Domains []string `json:"domains,omitempty"` // lower case mail domains
	Note    string   `json:"note,omitempty"`
}

// Group is a team of agents.
type Group struct {
	Meta
	Name string `json:"name"`
}

// Category is a shelf for tickets: a queue, a folder, a mailbox alias.
type Category struct {
	Meta
	Name   string `json:"name"`
	Parent Ref    `json:"parent,omitzero"`
}

// Kind says "contact".
func (*Contact) Kind() Kind { return KindContact }

// Kind says "agent".
func (*Agent) Kind() Kind { return KindAgent }

// Kind says "organization".
func (*Organization) Kind() Kind { return KindOrganization }

// Kind says "group".
func (*Group) Kind() Kind { return KindGroup }

// Kind says "category".
func (*Category) Kind() Kind { return KindCategory }

// Normal brings a name or address into the form in which two of them are compared:
// lower case, white space at the ends dropped and inside folded to one space.
func Normal(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), unicode.IsSpace), " ")
}
