package itsm365

import (
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// usualStates are the codes that installations begin with, as clients of the API name them.
var usualStates = map[string]desk.Status{
	"registered": desk.StatusNew, "new": desk.StatusNew, "inprogress": desk.StatusOpen, "reopened": desk.StatusOpen, "resumed": desk.StatusOpen,
	"waiting": desk.StatusPending, "waitclientanswer": desk.StatusPending, "suspended": desk.StatusPending, "deferred": desk.StatusPending,
	"resolved": desk.StatusSolved, "closed": desk.StatusClosed,
}

// status is what a state stands for; known is false where that is a guess for want of a
// better one.
func (c *Config) status(code string) (s desk.Status, known bool) {
	for own, to := range c.Statuses {
		if same(own, code) {
			return desk.Status(to), true
		}
	}
	if s, ok := usualStates[strings.ToLower(code)]; ok {
		return s, true
	}
	return table.StatusMeans(code)
}

// stateMeans is what a state stands for, by its code, or else its title.
func (c *Config) stateMeans(st titled) (desk.Status, bool) {
	if s, known := c.status(st.code); known {
		return s, true
	}
	return c.status(st.title)
}

// stateFor is the state that is written for a status; "" if none is known. A new ticket is an
// open one where nothing else is named.
func (c *Config) stateFor(s desk.Status) string {
	if code := c.Write[string(s)]; code != "" {
		return code
	}
	for _, code := range slices.Sorted(maps.Keys(c.Statuses)) {
		if c.Statuses[code] == string(s) {
			return code
		}
	}
	for _, code := range []string{"registered", "inprogress", "waiting", "resolved", "closed"} {
		if to, _ := c.status(code); to == s && usualStates[code] == s && c.tells(code) {
			return code
		}
	}
	return ""
}

// tells tells whether a usual state may be one of this installation: where statuses names its
// own, only those are.
func (c *Config) tells(code string) bool {
	_, said := c.Statuses[code]
	return len(c.Statuses) == 0 || said
}

// priority is what a priority stands for, which is shown with its UUID, code and title.
func (c *Config) priority(r row, code string) desk.Priority {
	words := []string{string(r.ref(code)), r.text(code)}
	if m, ok := r[code].(map[string]any); ok {
		words = append(words, textIn(m, "code"))
	}
	for _, word := range words {
		for own, to := range c.Priorities {
			if word != "" && same(own, word) {
				return desk.Priority(to)
			}
		}
	}
	for _, word := range words {
		if p := table.PriorityMeans(word); p != "" && word != "" {
			return p
		}
	}
	return ""
}

// priorityFor is the UUID of the priority that stands for one; "" if none is named.
func (c *Config) priorityFor(p desk.Priority) string {
	for _, word := range slices.Sorted(maps.Keys(c.Priorities)) {
		if c.Priorities[word] == string(p) && isUUID(desk.ID(word)) {
			return word
		}
	}
	return ""
}

// kindOf is our word for a ticket's metaclass.
func (c *Config) kindOf(fqn string) string {
	for _, word := range slices.Sorted(maps.Keys(c.Types)) {
		if c.Types[word] == fqn {
			return word
		}
	}
	if _, kind, typed := strings.Cut(fqn, "$"); typed && kind != classOf(fqn) {
		return kind
	}
	return ""
}

// classFor is the metaclass that a ticket of a type is made of.
func (c *Config) classFor(word string) string {
	k := c.kind(desk.KindTicket)
	for own, fqn := range c.Types {
		if same(own, word) && word != "" {
			return fqn
		}
	}
	for _, fqn := range append(slices.Clone(k.Only), k.Made) {
		if same(c.kindOf(fqn), word) && word != "" {
			return fqn
		}
	}
	return k.Made
}
