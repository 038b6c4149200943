package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// identity is the hash of what changes nothing.
const identity = "identity"

// hashScheme begins every hash; it changes when the same file comes to mean
// something else.
const hashScheme = "1:"

// Hash names the meaning of the mapping: files that differ in comments, layout,
// order of keys or white space of expressions have one hash. What a mapping that
// changes nothing hashes to is the same as for a nil one.
func (m *Mapping) Hash() string {
	if m == nil {
		return identity
	}
	return m.hash
}

// digest writes down the meaning in one way only and hashes it.
func (m *Mapping) digest() string {
	said := map[string]any{}
	if m.contacts != ContactsWithTickets {
		said["contacts"] = m.contacts
	}
	if len(m.people.agents) > 0 {
		said["agents"] = m.people.agents
	}
	if len(m.people.contacts) > 0 {
		said["people"] = m.people.contacts
	}
	if m.people.join != nil {
		said["join"] = m.people.join.said()
	}
	for kind, r := range m.rules {
		said["rules "+string(kind)] = r.say()
	}
	m.sayTables(said)
	if len(said) == 0 {
		return identity
	}
	b, err := json.Marshal(said) // sorts the keys of maps
	if err != nil {
		b = fmt.Appendf(nil, "%#v", said)
	}
	sum := sha256.Sum256(b)
	return hashScheme + hex.EncodeToString(sum[:16])
}

// sayTables tells the tables that some expression uses; others mean nothing.
func (m *Mapping) sayTables(said map[string]any) {
	for _, r := range m.rules {
		for _, e := range r.expressions() {
			for _, name := range e.tables {
				said["table "+name] = m.tables[name].words
			}
		}
	}
}

func (r *rules) say() map[string]any {
	out := map[string]any{}
	put := func(name string, v any, there bool) {
		if there {
			out[name] = v
		}
	}
	if r.keep != nil {
		out["keep"] = r.keep.meaning
	}
	var drops, redact, routes [][]string
	for _, d := range r.drop {
		drops = append(drops, []string{d.name, d.when.meaning})
	}
	for _, x := range r.redact {
		redact = append(redact, x.said[:])
	}
	for _, t := range r.routes {
		when := ""
		if t.when != nil {
			when = t.when.meaning
		}
		said := []string{t.name, when, t.category, t.group}
		if t.leads() {
			said = append(said, t.to)
		}
		routes = append(routes, said)
	}
	put("drop", drops, drops != nil)
	put("redact", redact, redact != nil)
	put("routes", routes, routes != nil)
	put("set", sayAll(r.set), len(r.set) > 0)
	put("defaults", sayAll(r.defaults), len(r.defaults) > 0)
	put("add", slices.Sorted(slices.Values(r.add)), len(r.add) > 0)
	put("remove", slices.Sorted(slices.Values(r.remove)), len(r.remove) > 0)
	put("prefix", r.prefix, r.prefix != "")
	put("leftovers", leaveNote, r.leave)
	return out
}

func sayAll(settings []setting) map[string]any {
	out := map[string]any{}
	for _, s := range settings {
		if s.expr != nil {
			out[s.name] = s.expr.meaning
		} else {
			out[s.name] = map[string]any{"value": s.constant}
		}
	}
	return out
}
