package rttest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

type queue struct {
	id               int
	name             string
	disabled         bool
	created, updated time.Time
}

func (s *Server) queueObject(q *queue) object {
	o := object{
		"id": q.id, "_url": "queue/" + strconv.Itoa(q.id), "Cc": []any{}, "AdminCc": []any{}, "CustomFields": []any{}, "Creator": ref("user", "RT_System"), "Name": q.name, "Description": "", "Disabled": "0",
		"Created": stamp(q.created), "LastUpdated": stamp(q.updated), "Lifecycle": "default",
	}
	if q.disabled {
		o["Disabled"] = "2" // it is RT's own, for approvals
	}
	var ticketFields, txnFields []object
	for i, name := range s.ticketFields() {
		ticketFields = append(ticketFields, object{"name": name, "type": "customfield", "id": strconv.Itoa(i + 1)})
	}
	if s.Mark != "" {
		txnFields = append(txnFields, object{"name": s.Mark, "type": "customfield"})
	}
	o["TicketCustomFields"], o["TicketTransactionCustomFields"] = ticketFields, txnFields
	return o
}

func (s *Server) ticketFields() []string {
	if s.Mark == "" {
		return s.Fields
	}
	return append([]string{s.Mark}, s.Fields...)
}

// oneField is the definition of a custom field.
func (s *Server) oneField(q *request) (int, any, *failure) {
	n, err := strconv.Atoi(q.path[1])
	if err != nil || n < 1 || n > len(s.ticketFields()) {
		return 0, nil, notFound
	}
	name := s.ticketFields()[n-1]
	o := object{"id": n, "Name": name, "Type": "Freeform", "MaxValues": "0", "LookupType": "RT::Queue-RT::Ticket"}
	if choices := s.Choices[name]; choices != nil {
		o["Type"], o["MaxValues"], o["Values"] = "Select", "1", choices
	}
	return 200, o, nil
}

// queueObjects are the queues by their names.
func (s *Server) queueObjects(q *request) (all []object) {
	sorted := slices.SortedFunc(slices.Values(s.queues), func(a, b *queue) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) })
	for _, x := range sorted {
		if !x.disabled || q.query.Get("find_disabled_rows") == "1" {
			o := s.queueObject(x)
			o["type"] = "queue"
			all = append(all, o)
		}
	}
	return all
}

func (s *Server) queueOf(name string) *queue {
	for _, q := range s.queues {
		if strings.EqualFold(q.name, name) || strconv.Itoa(q.id) == name {
			return q
		}
	}
	return nil
}

func (s *Server) createQueue(q *request) (int, any, *failure) {
	name := word(q.body["Name"])
	if _, err := strconv.Atoi(name); err == nil || name == "" {
		return 0, nil, fail(400, "'%s' is not a valid name.", name)
	}
	if s.queueOf(name) != nil {
		return 0, nil, fail(400, "Queue already exists")
	}
	made := &queue{id: len(s.queues) + 1, name: name, created: s.now(), updated: s.now()}
	s.queues = append(s.queues, made)
	return 201, ref("queue", strconv.Itoa(made.id)), nil
}

func (s *Server) oneQueue(q *request) (int, any, *failure) {
	one := s.queueOf(q.path[1])
	switch {
	case one == nil && q.Method == "PUT":
		return 0, nil, fail(404, "Resource does not exist; use POST to create")
	case one == nil:
		return 0, nil, notFound
	case q.Method == "GET":
		return 200, s.queueObject(one), nil
	}
	said := []string{}
	if v := word(q.body["Name"]); v != "" && v != one.name {
		said = append(said, fmt.Sprintf("Queue %s: Name changed from %q to %q", v, one.name, v))
		one.name, one.updated = v, s.now()
	}
	return 200, said, nil
}
