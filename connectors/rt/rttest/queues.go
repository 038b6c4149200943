package rttest

import (
	"fmt"
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
		"id": q.id, "type": "queue", "_url": "queue/" + strconv.Itoa(q.id), "Name": q.name, "Description": "", "Disabled": flag(q.disabled),
		"Created": stamp(q.created), "LastUpdated": stamp(q.updated), "Lifecycle": "default",
	}
	var ticketFields, txnFields []object
	for _, name := range s.ticketFields() {
		ticketFields = append(ticketFields, object{"name": name, "type": "customfield"})
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

func (s *Server) queueObjects(q *request) (all []object) {
	for _, x := range s.queues {
		if !x.disabled || q.query.Get("find_disabled_rows") == "1" {
			all = append(all, s.queueObject(x))
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
