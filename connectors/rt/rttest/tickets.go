package rttest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

type ticket struct {
	id, into                         int // into is the one it was merged into; itself if it was not
	queue                            *queue
	subject, status, owner, priority string
	requestors, cc, admin            []string // names
	created, updated, due, resolved  time.Time
	fields                           map[string][]string
}

func (s *Server) ticketObject(t *ticket, list bool) object {
	o := object{
		"id": t.id, "Type": "ticket", "Creator": ref("user", "root"), "_url": "ticket/" + strconv.Itoa(t.id), "Queue": ref("queue", strconv.Itoa(t.queue.id)), "Subject": t.subject, "Status": t.status,
		"Owner": ref("user", t.owner), "Priority": t.priority, "Requestor": refs(t.requestors), "Cc": refs(t.cc), "AdminCc": refs(t.admin),
		"Created": stamp(t.created), "LastUpdated": stamp(t.updated), "Due": stamp(t.due), "Resolved": stamp(t.resolved),
		"EffectiveId": ref("ticket", strconv.Itoa(t.into)), "CustomFields": s.values(s.ticketFields(), t.fields),
	}
	if list {
		o["type"] = "ticket"
		o["EffectiveId"] = strconv.Itoa(t.into)
	}
	return o
}

func refs(names []string) []object {
	out := []object{}
	for _, n := range names {
		out = append(out, ref("user", n))
	}
	return out
}

func (s *Server) values(names []string, of map[string][]string) []object {
	out := []object{}
	for _, n := range names {
		out = append(out, object{"name": n, "type": "customfield", "values": append([]string{}, of[n]...)})
	}
	return out
}

func (s *Server) ticketOf(id string) *ticket {
	for _, t := range s.tickets {
		if strconv.Itoa(t.id) == id {
			return t
		}
	}
	return nil
}

// surviving is the ticket of an id, or the one it was merged into.
func (s *Server) surviving(id string) *ticket {
	t := s.ticketOf(id)
	if t != nil && t.into != t.id {
		return s.surviving(strconv.Itoa(t.into))
	}
	return t
}

// people are the names of users, by name or address; who is not known is made, as by
// a mail of theirs.
func (s *Server) people(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		all = []string{v}
	case []any:
		for _, e := range v {
			all = append(all, word(e))
		}
	}
	names := []string{}
	for _, who := range all {
		u := s.find(who)
		if u == nil {
			u = s.byAddress(who)
		}
		if u == nil && strings.Contains(who, "@") {
			u = &user{id: s.next(), fields: map[string]string{"Name": who, "EmailAddress": who}, created: s.now(), updated: s.now()}
			s.users = append(s.users, u)
		}
		if u != nil && !slices.Contains(names, u.name()) {
			names = append(names, u.name())
		}
	}
	return names
}

func (s *Server) createTicket(q *request) (int, any, *failure) {
	b := q.body
	if word(b["Queue"]) == "" {
		return 0, nil, fail(400, "Could not create ticket. Queue not set")
	}
	in := s.queueOf(word(b["Queue"]))
	if in == nil || in.disabled {
		return 0, nil, fail(403, "No permission to create tickets in the queue '%s'", word(b["Queue"]))
	}
	status := word(b["Status"])
	if status == "" {
		status = "new"
	}
	if !slices.Contains([]string{"new", "open", "resolved"}, status) {
		return 0, nil, fail(400, "New tickets can not have status '%s' in this queue.", status)
	}
	files, bad := uploads(b, "Field %s is required for each attachment in Attachments")
	if bad != nil {
		return 0, nil, bad
	}
	s.numbers++
	t := &ticket{id: len(s.tickets) + 1, queue: in, subject: subject(b["Subject"]), status: status, owner: "Nobody", priority: word(b["Priority"]), fields: map[string][]string{}}
	t.into, t.created, t.updated = t.id, s.now(), s.now()
	if t.priority == "" {
		t.priority = "0"
	}
	if at := parseTime(b["Created"]); !at.IsZero() && !s.Undated {
		t.created = at
	}
	t.due, t.resolved = parseTime(b["Due"]), parseTime(b["Resolved"])
	if status == "resolved" && t.resolved.IsZero() {
		t.resolved = s.now()
	}
	t.requestors, t.cc, t.admin = s.people(b["Requestor"]), s.people(b["Cc"]), s.people(b["AdminCc"])
	if who := s.find(word(b["Owner"])); who != nil && s.mayOwn(who) {
		t.owner = who.name()
	}
	s.setFields(t, b["CustomFields"])
	s.tickets = append(s.tickets, t)
	x := s.record(t, "Create", "", "", "")
	if b["Content"] != nil || len(files) > 0 {
		s.attach(x, t.subject, word(b["Content"]), word(b["ContentType"]), files)
	}
	s.mail(t, x)
	return 201, ref("ticket", strconv.Itoa(t.id)), nil
}

// subject is a subject as RT keeps it: without line ends, and cut.
func subject(v any) string { return clip(strings.ReplaceAll(word(v), "\n", ""), 200) }

// clip cuts a text to so many bytes, as RT does with what is longer than its column.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// chosen are those of the values that the field has, as they are spelt there; one.
func (s *Server) chosen(name string, values []string) (kept []string) {
	choices := s.Choices[name]
	if choices == nil {
		return values
	}
	for _, v := range values {
		for _, c := range choices {
			if strings.EqualFold(c, v) {
				kept = []string{c}
			}
		}
	}
	return kept
}

// setFields puts the values of custom fields that there are, and tells what changed.
func (s *Server) setFields(t *ticket, v any) (said []string) {
	given, ok := v.(object)
	if !ok {
		return nil
	}
	for _, name := range s.ticketFields() {
		v, ok := given[name]
		if !ok {
			continue
		}
		var now []string
		switch v := v.(type) {
		case nil:
		case []any:
			for _, e := range v {
				now = append(now, word(e))
			}
		default:
			now = []string{word(v)}
		}
		if given := len(now); given > 0 {
			if now = s.chosen(name, now); len(now) == 0 {
				said = append(said, "Invalid value for custom field")
				continue
			}
		}
		was := strings.Join(t.fields[name], ", ")
		if t.fields[name] = now; was != "" && len(now) > 0 {
			said = append(said, fmt.Sprintf("%s %s changed to %s", name, was, strings.Join(now, ", ")))
		} else if len(now) > 0 {
			said = append(said, fmt.Sprintf("%s %s added", name, strings.Join(now, ", ")))
		}
	}
	return said
}

func (s *Server) oneTicket(q *request, part string) (int, any, *failure) {
	t := s.surviving(q.path[1])
	switch {
	case t == nil && q.Method == "PUT":
		return 0, nil, fail(404, "Resource does not exist; use POST to create")
	case t == nil:
		return 0, nil, notFound
	case part == "history":
		return s.history(q, t)
	case part == "attachments":
		return s.ticketAttachments(q, t)
	case q.Method == "GET":
		return 200, s.ticketObject(t, false), nil
	}
	return 200, s.change(t, q.body), nil
}

func (s *Server) searchTickets(q *request) (int, any, *failure) {
	test, bad := parseQuery(q.query.Get("query"), s.ticketTest)
	if bad != nil {
		return 0, nil, bad
	}
	merged := strings.Contains(q.query.Get("query"), "EffectiveId")
	var found []object
	for _, t := range s.tickets {
		if t.status != "deleted" && (merged || t.into == t.id) && test(t) {
			found = append(found, s.ticketObject(t, true))
		}
	}
	return s.list(q, found)
}
