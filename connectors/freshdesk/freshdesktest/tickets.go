package freshdesktest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

var ticketFields = map[string]sort{
	"name": aText, "requester_id": aNumber, "email": aText, "phone": aText, "unique_external_id": aText, "subject": aText, "type": aText,
	"status": aNumber, "priority": aNumber, "description": aText, "responder_id": aNumber, "cc_emails": texts, "custom_fields": aMap,
	"due_by": aTime, "email_config_id": aNumber, "fr_due_by": aTime, "group_id": aNumber, "product_id": aNumber, "source": aNumber, "tags": texts,
	"company_id": aNumber,
}

// tickets answers for /tickets and what is below.
func (x *exchange) tickets(path []string) {
	if path[0] == "" {
		switch x.r.Method {
		case http.MethodGet:
			x.listTickets()
		case http.MethodPost:
			x.createTicket()
		default:
			x.notAllowed()
		}
		return
	}
	archived := path[0] == "archived"
	if archived {
		path = append(path[1:], "")
	}
	t, ok := x.s.account.ticket(id(path[0]))
	if !ok || t.archived != archived || archived && x.r.Method != http.MethodGet {
		x.gone()
		return
	}
	switch path[1] {
	case "":
		x.oneTicket(t)
	case "conversations":
		x.list(x.s.talkRows(t, t.talks), 0)
	case "notes":
		x.note(t)
	case "reply":
		x.reply(t)
	case "restore":
		t.deleted, t.changed = false, x.s.now()
		x.done()
	case "satisfaction_ratings":
		var rows []row
		for _, r := range x.s.account.ratings {
			if r.ticket == t.id {
				rows = append(rows, ratingRow(r))
			}
		}
		x.list(rows, 0)
	default:
		x.gone()
	}
}

func (x *exchange) oneTicket(t *ticket) {
	switch x.r.Method {
	case http.MethodGet:
		x.json(http.StatusOK, x.s.ticketRow(t, true, x.r.URL.Query().Get("include")))
	case http.MethodPut:
		x.updateTicket(t)
	case http.MethodDelete:
		if t.deleted {
			x.gone()
			return
		}
		t.deleted, t.changed = true, x.s.now()
		x.done()
	default:
		x.notAllowed()
	}
}

// listTickets keeps the rules of that list: a month unless told since when, no spam
// and nothing deleted unless asked for, newest first unless told otherwise, and a
// last page behind which nothing is.
func (x *exchange) listTickets() {
	q := x.r.URL.Query()
	since, err := time.Parse(time.RFC3339, q.Get("updated_since"))
	if err != nil {
		since, err = time.Parse(time.DateOnly, q.Get("updated_since"))
	}
	if q.Has("updated_since") && err != nil {
		x.invalid(bad, mistake{Field: "updated_since", Message: "It should be in the 'combined date and time ISO8601' format", Code: "invalid_value"})
		return
	}
	var found []*ticket
	for _, t := range x.s.account.tickets {
		shown := !t.spam && !t.deleted
		switch q.Get("filter") {
		case "spam":
			shown = t.spam && !t.deleted
		case "deleted":
			shown = t.deleted
		}
		recent := t.made.After(x.s.now().Add(-30 * 24 * time.Hour))
		if q.Has("updated_since") {
			recent = !t.changed.Truncate(time.Second).Before(since)
		}
		if shown && !t.archived && recent && (!q.Has("requester_id") || t.requester == id(q.Get("requester_id"))) {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, func(a, b *ticket) int { return a.made.Compare(b.made) })
	if q.Get("order_by") == "updated_at" {
		slices.SortStableFunc(found, func(a, b *ticket) int {
			return cmp.Or(a.changed.Truncate(time.Second).Compare(b.changed.Truncate(time.Second)), cmp.Compare(a.id, b.id))
		})
	}
	if q.Get("order_type") != "asc" {
		slices.Reverse(found)
	}
	rows := make([]row, len(found))
	for i, t := range found {
		rows[i] = x.s.ticketRow(t, false, q.Get("include"))
	}
	last := x.s.MaxPages
	if last == 0 {
		last = 300
	}
	x.list(rows, last)
}

func (x *exchange) createTicket() {
	wrong := x.check(ticketFields)
	now := x.s.now()
	t := &ticket{status: 2, priority: 1, source: 2, custom: row{}, made: now, changed: now, due: now.Add(72 * time.Hour), firstDue: now.Add(24 * time.Hour)}
	wrong = append(wrong, x.fill(t)...)
	if t.requester == 0 && len(wrong) == 0 {
		t.requester, wrong = x.requester()
	}
	if t.subject == "" {
		wrong = append(wrong, mistake{Field: "subject", Message: "It should not be blank as this is a mandatory field", Code: "missing_field"})
	}
	if t.html == "" {
		wrong = append(wrong, mistake{Field: "description", Message: "It should be a/an String", Code: "missing_field"})
	}
	wrong = append(wrong, x.s.account.lacking("ticket_fields", t.custom, t.status == 4 || t.status == 5)...)
	ids, tooMuch := x.uploads(nil)
	if wrong = append(wrong, tooMuch...); len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	t.files, t.cc = ids, x.texts("cc_emails")
	t.spam = x.s.account.trashed(t.requester)
	x.s.account.lastNo++
	t.id = x.s.account.lastNo
	t.mark(now)
	x.s.account.tickets = append(x.s.account.tickets, t)
	x.s.notify(x.s.account.address(t.requester), "your ticket %d was received: %s", t.id, t.subject)
	for _, cc := range t.cc {
		x.s.notify(cc, "you are in copy of ticket %d: %s", t.id, t.subject)
	}
	x.s.notify(x.s.account.address(t.responder), "ticket %d was assigned to you", t.id)
	x.json(http.StatusCreated, x.s.ticketRow(t, true, ""))
}

// fill puts what a write says into a ticket.
func (x *exchange) fill(t *ticket) (wrong []mistake) {
	x.set("subject", &t.subject)
	x.set("description", &t.html)
	x.set("type", &t.kind)
	for name, at := range map[string]*int64{
		"status": &t.status, "priority": &t.priority, "source": &t.source, "requester_id": &t.requester, "responder_id": &t.responder,
		"group_id": &t.group, "product_id": &t.product, "company_id": &t.company,
	} {
		x.setNumber(name, at)
	}
	x.setTexts("tags", &t.tags)
	wrong = append(wrong, x.custom("ticket_fields", t.custom)...)
	a := &x.s.account
	no := func(name string, ok bool, message string) {
		if !ok {
			wrong = append(wrong, mistake{Field: name, Message: message, Code: "invalid_value"})
		}
	}
	_, status := find(a.statuses, func(s Status) bool { return s.ID == t.status })
	no("status", status, "It should be one of these values: '2,3,4,5'")
	no("priority", t.priority >= 1 && t.priority <= 4, "It should be one of these values: '1,2,3,4'")
	no("source", t.source >= 1 && t.source <= 13, "It should be one of these values: '1,2,3,7,8,9,10'")
	no("type", t.kind == "" || slices.Contains(a.types, t.kind), "It should be one of these values: '"+strings.Join(a.types, ",")+"'")
	no("requester_id", t.requester == 0 || a.address(t.requester) != "" || a.known(t.requester), "There is no contact matching the given requester_id")
	_, agent := a.agent(t.responder)
	no("responder_id", t.responder == 0 || agent, "There is no agent matching the given responder_id")
	_, group := find(a.groups, func(g *group) bool { return g.id == t.group })
	no("group_id", t.group == 0 || group, "There is no group matching the given group_id")
	no("tags", !slices.ContainsFunc(t.tags, func(tag string) bool { return x.s.MaxTag > 0 && len([]rune(tag)) > x.s.MaxTag }),
		fmt.Sprintf("It should only contain elements that have maximum of %d characters", x.s.MaxTag))
	return wrong
}

// trashed tells whether a contact was deleted. What is raised from one goes to the spam
// (https://support.freshdesk.com/support/solutions/articles/225148); of notes nothing is said.
func (a *account) trashed(id int64) bool {
	p, ok := a.contact(id)
	return ok && p.deleted
}

func (a *account) known(id int64) bool {
	p, ok := a.contact(id)
	return ok && !p.deleted
}

// requester finds or makes who is named by address.
func (x *exchange) requester() (int64, []mistake) {
	mail := x.text("email")
	if mail == "" {
		return 0, []mistake{{Field: "requester_id", Message: "It should be a/an Positive Integer", Code: "missing_field"}}
	}
	a := &x.s.account
	for _, p := range append(slices.Clone(a.contacts), a.agents...) {
		if strings.EqualFold(p.email, mail) {
			return p.id, nil
		}
	}
	p := &person{id: a.next(), name: mail, email: mail, language: "en", made: x.s.now(), changed: x.s.now()}
	a.contacts = append(a.contacts, p)
	return p.id, nil
}

func (x *exchange) updateTicket(t *ticket) {
	if t.deleted {
		x.notAllowed()
		return
	}
	wrong := x.check(ticketFields)
	next := *t
	next.custom = row{}
	for k, v := range t.custom {
		next.custom[k] = v
	}
	wrong = append(wrong, x.fill(&next)...)
	wrong = append(wrong, x.s.account.lacking("ticket_fields", next.custom, next.status == 4 || next.status == 5)...)
	ids, tooMuch := x.uploads(t.files)
	if wrong = append(wrong, tooMuch...); len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	next.files = append(slices.Clone(t.files), ids...)
	next.changed = x.s.now()
	if next.status != t.status {
		next.mark(next.changed)
		if next.status == 4 || next.status == 5 {
			x.s.notify(x.s.account.address(t.requester), "ticket %d was resolved or closed", t.id)
		}
	}
	if next.responder != t.responder {
		x.s.notify(x.s.account.address(next.responder), "ticket %d was assigned to you", t.id)
	}
	*t = next
	x.json(http.StatusOK, x.s.ticketRow(t, true, ""))
}
