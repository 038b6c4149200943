// Package mapping turns records into the words of their new home, as a YAML file
// says: which are kept, what their fields become, what is blacked out. It knows
// no connector and no network; what it does to a record depends on the record
// and the file alone.
//
//	contacts: all                # or with-tickets: people come with the tickets that pass
//	tables:
//	  status: {open: open, on-hold: pending, "*": open}
//	tickets:
//	  keep: 'year(ticket.created) >= 2019 and not has_tag(ticket.tags, "spam")'
//	  drop:
//	    auto replies: '"auto-reply" in ticket.tags'
//	  set:
//	    status: table("status", ticket.status)
//	    subject: trim(ticket.subject) ?? "(no subject)"
//	    fields.origin: {value: old desk}
//	  tags: {add: [migrated], remove: [inbox]}
//	  leftovers: note            # what the target has no room for, in a private note of each ticket
//	redact: [card numbers, {match: 'secret-\d+', with: '***'}]
//	people:
//	  agents: {old@x.example: new@y.example}
//
// Expressions see the record as it came; names are those of the canonical JSON.
// Everything is checked when the file is read, all mistakes are told at once.
package mapping

import (
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Contacts says which contacts are brought.
type Contacts string

// The policies of contacts.
const (
	ContactsWithTickets Contacts = "with-tickets" // those that some ticket that passes refers to
	ContactsAll         Contacts = "all"
)

// Mapping is a compiled file. A nil Mapping changes nothing. It may be used from
// several goroutines.
type Mapping struct {
	contacts  Contacts
	conflicts string
	tables    map[string]*table
	rules     map[desk.Kind]*rules // also of messages
	people    people
	machines  *machines
	hash      string
}

// Contacts is the policy of contacts, ContactsWithTickets unless the file says
// otherwise.
func (m *Mapping) Contacts() Contacts {
	if m == nil {
		return ContactsWithTickets
	}
	return m.contacts
}

// Conflicts is who is right about a field that was changed on both sides: "target
// wins", "source wins" or "report".
func (m *Mapping) Conflicts() string {
	if m == nil || m.conflicts == "" {
		return "target wins"
	}
	return m.conflicts
}

// Leftovers tells whether a private note of each ticket holds what the target has no
// room for.
func (m *Mapping) Leftovers() bool {
	return m != nil && m.rules[desk.KindTicket] != nil && m.rules[desk.KindTicket].leave
}

// Compile reads a mapping; filename stands in messages only. The error is a
// *strict.Error that holds every mistake with its place.
func Compile(src []byte, filename string) (*Mapping, error) {
	var bad strict.Mistakes
	n := strict.Parse(filename, src, &bad)
	return compileAll(n, &bad)
}

// CompileNode compiles a mapping that stands inside another file; nil and an
// empty one give a mapping that changes nothing.
func CompileNode(n *strict.Node) (*Mapping, error) {
	return compileAll(n, new(strict.Mistakes))
}
