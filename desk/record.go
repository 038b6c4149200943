// Package desk holds the words every helpdesk shares: tickets and the messages
// in them, the people who write them, and the shelves they are filed on.
//
// It knows no vendor, no file format and no database, and imports only the
// standard library, so that every other package may import it.
//
// Two encodings live here and must not be confused: [Prints] fingerprints what
// would be written to a target, field by field; [Marshal] and [Unmarshal] are
// the canonical JSON, which carries ids, updated and deleted as well.
package desk

import (
	"maps"
	"slices"
	"time"
)

// ID names one thing inside one system. It is opaque: never parsed, never
// compared with an ID of another system. The zero ID means "none".
type ID string

// Kind is the sort of a record.
type Kind string

// The kinds. Messages and files live inside tickets: they have ledger rows or
// counts of their own, but are never read or created alone.
const (
	KindOrganization Kind = "organization"
	KindGroup        Kind = "group"
	KindAgent        Kind = "agent"
	KindCategory     Kind = "category"
	KindContact      Kind = "contact"
	KindTicket       Kind = "ticket"
	KindMessage      Kind = "message"
	KindFile         Kind = "file"
)

// Kinds lists the record kinds in such an order that each refers only to those
// before it (tickets also to other tickets). A run walks it left to right.
// Callers must not change it.
var Kinds = []Kind{KindOrganization, KindGroup, KindAgent, KindCategory, KindContact, KindTicket}

// IsRecord tells whether k is the kind of a record of its own.
func (k Kind) IsRecord() bool { return slices.Contains(Kinds, k) }

// A Record is one thing that moves: *Organization, *Group, *Agent, *Category,
// *Contact or *Ticket.
type Record interface {
	// Kind tells which of them it is.
	Kind() Kind
	// About returns what every record carries, for reading and writing.
	About() *Meta
}

// Meta is what every record carries.
type Meta struct {
	// ID names the record in the system it was read from.
	ID ID `json:"id,omitempty"`
	// Mark is what a target stamps on its copy so that it can be found again.
	// The pipeline sets it before a write; a Fetch returns it where the system
	// keeps it.
	Mark string `json:"mark,omitempty"`
	// URL is where people open the record in its system's own web pages; "" if
	// the system has none.
	URL string `json:"url,omitempty"`
	// Created is when the record came into being, UTC; zero if unknown.
	Created time.Time `json:"created,omitzero"`
	// Updated is when the source last changed it, UTC; zero if unknown. It is
	// never written to a target and never fingerprinted.
	Updated time.Time `json:"updated,omitzero"`
	// Version is the source's own word for this state of the record (a counter,
	// an etag, a hash); opaque, "" if it has none.
	Version string `json:"version,omitempty"`
	// Deleted says that the source no longer has it. Such a record is a
	// tombstone: its other fields may be empty.
	Deleted bool `json:"deleted,omitempty"`
	// Fields are custom fields and the source's own words, by the system's own
	// names. Values are what encoding/json decodes into an any: string, bool,
	// float64, nil, []any, map[string]any.
	Fields map[string]any `json:"fields,omitempty"`
}

// About makes a pointer to any struct that embeds Meta half a Record.
func (m *Meta) About() *Meta { return m }

// SetField sets a custom field, making the map when there is none.
func (m *Meta) SetField(name string, v any) {
	if m.Fields == nil {
		m.Fields = map[string]any{}
	}
	m.Fields[name] = v
}

// Ref points from one record to another. ID is what the source calls it, Target
// what the target does, once linked. Connectors that read set Kind and ID;
// connectors that write look at Kind and Target only.
type Ref struct {
	Kind   Kind `json:"kind,omitempty"`
	ID     ID   `json:"id,omitempty"`
	Target ID   `json:"-"`
}

// IsZero tells whether the reference points nowhere.
func (r Ref) IsZero() bool { return r.ID == "" && r.Target == "" }

// To makes a reference to a record of a source.
func To(kind Kind, id ID) Ref {
	if id == "" {
		return Ref{}
	}
	return Ref{Kind: kind, ID: id}
}

// New makes an empty record of the kind, or nil for a kind that is no record.
func New(kind Kind) Record {
	switch kind {
	case KindOrganization:
		return new(Organization)
	case KindGroup:
		return new(Group)
	case KindAgent:
		return new(Agent)
	case KindCategory:
		return new(Category)
	case KindContact:
		return new(Contact)
	case KindTicket:
		return new(Ticket)
	case KindMessage, KindFile:
	}
	return nil
}

// Clone copies r so that neither side sees the other's changes. Values inside
// Fields that are themselves maps or slices are shared: treat them as constant.
func Clone(r Record) Record {
	switch r := r.(type) {
	case *Ticket:
		c := *r
		c.Fields, c.Tags = maps.Clone(r.Fields), slices.Clone(r.Tags)
		c.Participants, c.History = slices.Clone(r.Participants), slices.Clone(r.History)
		c.Messages = slices.Clone(r.Messages)
		for i := range c.Messages {
			c.Messages[i] = c.Messages[i].clone()
		}
		if r.Rating != nil {
			rating := *r.Rating
			c.Rating = &rating
		}
		return &c
	case *Contact:
		c := *r
		c.Fields, c.Emails, c.Phones = maps.Clone(r.Fields), slices.Clone(r.Emails), slices.Clone(r.Phones)
		return &c
	case *Agent:
		c := *r
		c.Fields, c.Groups = maps.Clone(r.Fields), slices.Clone(r.Groups)
		return &c
	case *Organization:
		c := *r
		c.Fields, c.Domains = maps.Clone(r.Fields), slices.Clone(r.Domains)
		return &c
	case *Group:
		c := *r
		c.Fields = maps.Clone(r.Fields)
		return &c
	case *Category:
		c := *r
		c.Fields = maps.Clone(r.Fields)
		return &c
	}
	return nil
}

func (m Message) clone() Message {
	m.To, m.CC, m.BCC = slices.Clone(m.To), slices.Clone(m.CC), slices.Clone(m.BCC)
	m.References, m.Folds, m.Files = slices.Clone(m.References), slices.Clone(m.Folds), slices.Clone(m.Files)
	m.Fields = maps.Clone(m.Fields)
	return m
}

// Refs returns pointers to every reference in r, its messages' included, so that
// a caller can read or rewrite them in place. Zero references are among them.
func Refs(r Record) []*Ref {
	switch r := r.(type) {
	case *Ticket:
		refs := []*Ref{&r.Requester, &r.Assignee, &r.Group, &r.Category, &r.MergedInto}
		for i := range r.Participants {
			refs = append(refs, &r.Participants[i])
		}
		for i := range r.History {
			refs = append(refs, &r.History[i].By)
		}
		for i := range r.Messages {
			refs = append(refs, &r.Messages[i].Author)
		}
		return refs
	case *Contact:
		return []*Ref{&r.Org}
	case *Agent:
		refs := make([]*Ref, len(r.Groups))
		for i := range r.Groups {
			refs[i] = &r.Groups[i]
		}
		return refs
	case *Category:
		return []*Ref{&r.Parent}
	}
	return nil
}

// Natural returns what a record is known by besides its id, so that what stands
// already at a target can be adopted: a person's main address in lower case, an
// organisation's, group's or category's name as compared by [Normal]. "" if it has
// none; tickets never have one.
func Natural(r Record) string {
	switch r := r.(type) {
	case *Contact:
		if len(r.Emails) > 0 {
			return Normal(r.Emails[0])
		}
	case *Agent:
		return Normal(r.Email)
	case *Organization:
		return Normal(r.Name)
	case *Group:
		return Normal(r.Name)
	case *Category:
		if r.Parent.ID != "" {
			return Normal(string(r.Parent.ID)) + "\x00" + Normal(r.Name)
		}
		return Normal(r.Name)
	}
	return ""
}
