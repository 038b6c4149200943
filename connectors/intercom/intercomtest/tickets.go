package intercomtest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// tickets answers for /tickets and what is below.
func (x *exchange) tickets(path []string) {
	switch {
	case path[0] == "search":
		x.searchTalks(true)
		return
	case path[0] == "" && x.r.Method == http.MethodPost:
		x.createTicket()
		return
	}
	t, ok := x.s.account.talk(path[0])
	switch {
	case !ok || !t.ticket:
		x.gone()
	case path[1] == "reply" && x.r.Method == http.MethodPost:
		x.reply(t)
	case path[1] != "":
		x.gone()
	case x.r.Method == http.MethodGet:
		x.json(x.s.ticketRow(t, t.changes[len(t.changes)-1]))
	case x.r.Method == http.MethodPut:
		x.updateTicket(t)
	case x.r.Method == http.MethodDelete:
		x.s.forget(t)
		x.json(row{"id": text(t.id), "object": "ticket", "deleted": true})
	default:
		x.gone()
	}
}

// forget deletes a conversation or ticket, for good.
func (s *Server) forget(t *talk) {
	s.account.talks = slices.DeleteFunc(s.account.talks, func(o *talk) bool { return o == t })
	s.account.deleted = append(s.account.deleted, tomb{t.id, s.now()})
}

// quiet tells whether a write asks that nobody be notified.
func (x *exchange) quiet() bool { return x.in["skip_notifications"] == true }

func (x *exchange) createTicket() {
	a := &x.s.account
	k, ok := find(a.kinds, func(k *kind) bool { return text(k.id) == x.id("ticket_type_id") })
	if !ok {
		x.invalid("Ticket type not found")
		return
	}
	asker, ok := x.asker()
	if !ok {
		return
	}
	at, ok := x.time("created_at")
	if !ok {
		return
	}
	t := &talk{ticket: true, kind: k, attributes: map[string]any{}, state: a.stateOf("submitted").id, open: true, word: "open", contacts: []string{asker}, made: at, changes: []time.Time{x.s.now()}}
	if !x.attributes(t) {
		return
	}
	assignment, _ := x.in["assignment"].(row)
	for name, to := range map[string]*int64{"admin_assignee_id": &t.admin, "team_assignee_id": &t.team} {
		id, _ := assignment[name].(string)
		if id == "" {
			continue
		}
		_, admin := a.admin(id)
		_, team := a.team(id)
		if !admin && name == "admin_assignee_id" || !team && name == "team_assignee_id" {
			x.fail(http.StatusNotFound, "assignee_not_found", "Assignee not found")
			return
		}
		*to, _ = strconv.ParseInt(id, 10, 64)
	}
	a.lastTalk++
	a.lastNo++
	t.id, t.number = a.lastTalk, a.lastNo
	t.event(x.s, "submitted", "submitted")
	a.talks = append(a.talks, t)
	if !x.quiet() || x.s.Loud {
		x.s.mail(a.mailOf(asker), "your ticket %d was created", t.number)
	}
	x.json(x.s.ticketRow(t, x.s.now()))
}

// event notes a change of the state.
func (t *talk) event(s *Server, was, now string) {
	bot := Author{"bot", "991267999", "Fin", "operator+" + s.Workspace + "@intercom.io"}
	t.parts = append(t.parts, &part{id: s.account.next(), kind: "ticket_state_updated_by_admin", author: bot, was: was, now: now, made: s.now(), changed: s.now()})
}

// asker is the one contact that a new ticket names. One who is named by an address that
// nobody has is made.
func (x *exchange) asker() (string, bool) {
	list, _ := x.in["contacts"].([]any)
	if len(list) != 1 {
		x.invalid("contacts must be one")
		return "", false
	}
	of, _ := list[0].(row)
	for _, c := range x.s.account.contacts {
		if !c.archived && (c.id == of["id"] || c.external != "" && c.external == of["external_id"]) {
			return c.id, true
		}
	}
	x.fail(http.StatusNotFound, "contact_not_found", "Contact not found")
	return "", false
}

// attributes puts attributes into a ticket: those that its type has, of the right sort.
func (x *exchange) attributes(t *talk) bool {
	values, _ := x.in["ticket_attributes"].(row)
	for name, v := range values {
		f, ok := find(t.kind.attributes, func(f attribute) bool { return f.name == name })
		if !ok {
			x.invalid("Ticket attribute %s does not exist", name)
			return false
		}
		_, listed := find(f.items, func(it tag) bool { return text(it.id) == v })
		if v != nil && (!fits(f.kind, v) || len(f.items) > 0 && !listed) {
			x.invalid("Ticket attribute %s is invalid", name)
			return false
		}
		t.attributes[name] = v
	}
	return true
}

func (x *exchange) updateTicket(t *talk) {
	a, next := &x.s.account, *t
	next.attributes = maps.Clone(t.attributes)
	if !x.attributes(&next) {
		return
	}
	if id := x.id("ticket_state_id"); id != "" {
		s, ok := find(a.states, func(s state) bool { return text(s.id) == id })
		if !ok {
			x.fail(http.StatusBadRequest, "ticket_state_id_invalid", "Ticket state id is not valid or is not associated with the ticket type")
			return
		}
		if s.id != t.state {
			next.event(x.s, a.category(t.state), s.category)
		}
		next.state = s.id
	}
	if open, says := x.in["open"].(bool); says {
		if next.open, next.word = open, "open"; !open {
			next.word = "closed"
		}
	}
	if _, says := x.in["assignee_id"]; says && !x.assign(&next) {
		return
	}
	next.changes = touched(t.changes, x.s.now())
	*t = next
	if !x.quiet() || x.s.Loud {
		x.s.mail(a.mailOf(t.contacts[0]), "your ticket %d was updated", t.number)
	}
	x.json(x.s.ticketRow(t, x.s.now()))
}

// assign gives a ticket to a teammate, a team, or nobody. What becomes of the other is a
// guess: it stays.
func (x *exchange) assign(t *talk) bool {
	id := x.id("assignee_id")
	m, admin := x.s.account.admin(id)
	g, team := x.s.account.team(id)
	switch {
	case id == "0":
		t.admin, t.team = 0, 0
	case admin:
		t.admin = m.id
	case team:
		t.team = g.id
	default:
		x.fail(http.StatusNotFound, "assignee_not_found", "Assignee not found")
		return false
	}
	return true
}
