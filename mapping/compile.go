package mapping

import (
	"maps"
	"regexp"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// A compiler holds what the parts of one mapping share while it is read.
type compiler struct {
	bad      *strict.Mistakes
	tables   map[string]*table
	patterns map[string]*regexp.Regexp
}

func (c *compiler) tableNames() []string { return slices.Sorted(maps.Keys(c.tables)) }

func compileAll(n *strict.Node, bad *strict.Mistakes) (*Mapping, error) {
	r := strict.Read(n, "a mapping", shape(), bad)
	c := &compiler{
		bad: bad, tables: readTables(r.Get("tables"), bad), patterns: map[string]*regexp.Regexp{},
	}
	m := &Mapping{tables: c.tables, rules: map[desk.Kind]*rules{}, machines: newMachines()}
	m.conflicts = r.Word("conflicts")
	m.people = c.people(r.Map("people"))
	everywhere := readRedactors(r.Get("redact"), bad)
	m.contacts = ContactsWithTickets
	if n := r.Get("contacts"); n != nil && n.Kind != strict.Map {
		m.contacts = readContacts(n, bad)
	}
	for _, kind := range kinds() {
		node := r.Get(plural(kind))
		if kind == desk.KindContact && node != nil {
			if node.Kind != strict.Map {
				node = nil
			} else if bring := node.Get("bring"); bring != nil && bring.Kind != strict.Null {
				m.contacts = readContacts(bring, bad)
			}
		}
		rules := c.rules(node, kind)
		rules.redact = append(slices.Clone(everywhere), rules.redact...)
		if !rules.idle() {
			m.rules[kind] = rules
		}
	}
	r.Done()
	if err := bad.Err(); err != nil {
		return nil, err
	}
	m.hash = m.digest()
	return m, nil
}

func readContacts(n *strict.Node, bad *strict.Mistakes) Contacts {
	return Contacts(strict.Word(n, "contacts", bringSchema().Words(), bad))
}

// kinds are the kinds that have rules.
func kinds() []desk.Kind {
	return append(slices.Clone(desk.Kinds), desk.KindMessage)
}

// plural is what the file calls the rules of a kind.
func plural(k desk.Kind) string {
	if k == desk.KindCategory {
		return "categories"
	}
	return string(k) + "s"
}
