package assess

import (
	"context"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// People is who asks and who answers.
//
// Where a ticket has neither owner nor answer of an agent, nobody is known to work.
type People struct {
	Agents        []Person `json:"agents"` // those who wrote most first; also those of whom there is no record
	Groups        []Person `json:"groups"`
	Customers     []Person `json:"customers"` // those with most tickets first
	Organizations []Person `json:"organizations"`
	Silent        int64    `json:"silent"` // agents who never wrote nor had a ticket
	Once          int64    `json:"once"`   // customers with one ticket
	Asking        int64    `json:"asking"` // customers with any
}

// Person is somebody, a group or an organisation.
type Person struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Tickets  int64     `json:"tickets"` // of an agent: that they have, or wrote in
	Messages int64     `json:"messages,omitempty"`
	Last     time.Time `json:"last,omitzero"`
	Unknown  bool      `json:"unknown,omitempty"` // tickets refer to them, and there is no record
}

func (s *Survey) who(t *desk.Ticket) {
	last, worked := opened(t), map[desk.ID]int64{} // by agent: until when
	if !credible(last, s.o.Now) {
		last = time.Time{}
	}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.At.After(last) && credible(m.At, s.o.Now) {
			last = m.At
		}
		if m.Author.Kind == desk.KindAgent {
			s.tally.add("at work", string(m.Author.ID), entry{messages: 1, last: seconds(m.At), name: called(m.From.Name, m.From.Email)})
			worked[m.Author.ID] = max(worked[m.Author.ID], seconds(m.At))
		}
	}
	if t.Assignee.ID != "" {
		worked[t.Assignee.ID] = seconds(last)
	}
	for id, at := range worked {
		s.tally.add("at work", string(id), entry{n: 1, last: at})
	}
	s.tally.add("group at work", string(t.Group.ID), entry{n: 1, last: seconds(last)})
	if t.Requester.Kind != desk.KindAgent {
		s.tally.add("asks", string(t.Requester.ID), entry{n: 1, messages: int64(len(t.Messages)), last: seconds(last)})
	}
}

func seconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix()
}

// mostPeople is how many are told one by one.
const mostPeople = 25

// mostAgents is more, for each wants a seat.
const mostAgents = 500

func (s *Survey) peopleFound(ctx context.Context, a *Assessment) (err error) {
	const named = `FROM (SELECT w.key AS key, w.n AS n, w.messages AS messages, w.bytes AS bytes, w.last AS last,
		COALESCE(NULLIF(r.name, ''), w.name) AS name, CASE WHEN r.key IS NULL THEN 'unknown' ELSE '' END AS other
		FROM tally w LEFT JOIN tally r ON r.kind = ? AND r.key = w.key WHERE w.kind = ?) t `
	p := &a.People
	for _, x := range []struct {
		into         *[]Person
		record, work string
		order        string
		most         int
	}{
		{&p.Agents, "agent", "at work", "ORDER BY t.messages DESC, t.n DESC, t.key LIMIT ?", mostAgents},
		{&p.Groups, "group", "group at work", "ORDER BY t.n DESC, t.key LIMIT ?", mostPeople},
		{&p.Customers, "contact", "asks", "ORDER BY t.n DESC, t.messages DESC, t.key LIMIT ?", mostPeople},
	} {
		rows, err := s.tally.rows(ctx, named+x.order, x.record, x.work, x.most)
		if err != nil {
			return err
		}
		*x.into = persons(rows)
	}
	organizations, err := s.tally.rows(ctx, `FROM (SELECT c.other AS key, SUM(w.n) AS n, SUM(w.messages) AS messages, 0 AS bytes, MAX(w.last) AS last,
		COALESCE(NULLIF(o.name, ''), c.other) AS name, CASE WHEN o.key IS NULL THEN 'unknown' ELSE '' END AS other
		FROM tally w JOIN tally c ON c.kind = 'contact' AND c.key = w.key AND c.other != ''
		LEFT JOIN tally o ON o.kind = 'organization' AND o.key = c.other
		WHERE w.kind = 'asks' GROUP BY c.other) t ORDER BY t.n DESC, t.key LIMIT ?`, mostPeople)
	if err != nil {
		return err
	}
	p.Organizations = persons(organizations)
	for _, x := range []struct {
		into  *int64
		query string
	}{
		{&p.Silent, "SELECT COUNT(*) FROM tally r WHERE r.kind = 'agent' AND NOT EXISTS (SELECT 1 FROM tally w WHERE w.kind = 'at work' AND w.key = r.key)"},
		{&p.Once, "SELECT COUNT(*) FROM tally WHERE kind = 'asks' AND n = 1"},
		{&p.Asking, "SELECT COUNT(*) FROM tally WHERE kind = 'asks'"},
	} {
		if *x.into, err = s.tally.number(ctx, x.query); err != nil {
			return err
		}
	}
	return nil
}

func persons(rows []row) []Person {
	out := make([]Person, len(rows))
	for i, r := range rows {
		out[i] = Person{ID: r.key, Name: r.name, Tickets: r.n, Messages: r.messages, Unknown: r.other == "unknown"}
		if out[i].Name == "" {
			out[i].Name = r.key
		}
		if r.last > 0 {
			out[i].Last = time.Unix(r.last, 0).UTC()
		}
	}
	return out
}
