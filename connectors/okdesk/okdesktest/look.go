package okdesktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Standing is an issue, as the account holds it.
type Standing struct {
	ID                      int64
	Title, Status, Priority string
	Type                    string
	Contact, Assignee       string // their addresses
	Company                 string
	Custom                  map[string]any
	Due                     time.Time
	Turns                   []Turn // its description first
}

// Turn is what somebody said in it.
type Turn struct {
	ID      int64 // 0 of the description
	HTML    string
	User    string // the address of who did
	Private bool
	At      time.Time
	Files   map[string]string // what is in them, by name
}

// Standing are the issues, in order, without a request.
func (s *Server) Standing() (out []Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.account
	address := func(w who) string {
		if p, ok := a.who(w); ok {
			return p.email
		}
		return ""
	}
	files := func(ids []int64) map[string]string {
		in := map[string]string{}
		for _, id := range ids {
			in[a.files[id].name] = string(a.files[id].bytes)
		}
		return in
	}
	for _, i := range a.issues {
		one := Standing{
			ID: i.id, Title: i.title, Status: i.status, Priority: i.priority, Type: i.kind, Contact: address(who{id: i.contact}), Assignee: address(who{i.assignee, true}), Custom: maps.Clone(i.custom), Due: i.due,
			Turns: []Turn{{HTML: i.description, User: address(i.author), At: i.made, Files: files(i.files)}},
		}
		if c, ok := a.companyOf(i.company); ok {
			one.Company = c.name
		}
		for _, c := range i.talk {
			one.Turns = append(one.Turns, Turn{c.id, c.html, address(c.author), !c.public, c.made, files(c.files)})
		}
		out = append(out, one)
	}
	return out
}

// Contacts are those who are not archived, by their numbers, without a request.
func (s *Server) Contacts() map[int64]Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[int64]Person{}
	for _, p := range s.account.contacts {
		if !p.archived {
			out[p.id] = Person{First: p.first, Last: p.last, Patronymic: p.patronymic, Email: p.email, Comment: p.comment}
		}
	}
	return out
}

// ChangeContact lets people at work change what a contact is called.
func (s *Server) ChangeContact(id int64, do func(*Person)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.account.contact(id)
	if !ok {
		panic(fmt.Sprintf("there is no contact %d", id))
	}
	c := Person{First: p.first, Last: p.last, Patronymic: p.patronymic, Archived: p.archived}
	do(&c)
	p.first, p.last, p.patronymic, p.archived = c.First, c.Last, c.Patronymic, c.Archived
}

// DeleteContact takes a contact away for good, as no call does.
func (s *Server) DeleteContact(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.contacts = slices.DeleteFunc(s.account.contacts, func(p *person) bool { return p.id == id })
}

// ChangeIssue lets people at work change an issue: its title, status, priority, contact,
// assignee and parameters.
func (s *Server) ChangeIssue(id int64, do func(*Issue)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.account.issue(id)
	if !ok {
		panic(fmt.Sprintf("there is no issue %d", id))
	}
	c := Issue{Title: i.title, Status: i.status, Priority: i.priority, Type: i.kind, Contact: i.contact, Assignee: i.assignee, Custom: maps.Clone(i.custom), Rate: i.rate, HTML: i.description}
	do(&c)
	if c.Status != i.status {
		s.move(i, c.Status)
	}
	i.title, i.priority, i.kind, i.contact, i.assignee, i.custom, i.rate, i.description = c.Title, c.Priority, c.Type, c.Contact, c.Assignee, c.Custom, c.Rate, c.HTML
	i.changed = s.now()
}

// DeleteIssue deletes an issue, of which nothing is left.
func (s *Server) DeleteIssue(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.issues = slices.DeleteFunc(s.account.issues, func(i *issue) bool { return i.id == id })
}

// ChangeComment lets people at work change a comment.
func (s *Server) ChangeComment(id int64, do func(html string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, c := s.account.comment(id)
	if c == nil {
		panic(fmt.Sprintf("there is no comment %d", id))
	}
	c.html, i.changed = do(c.html), s.now()
}

// DeleteComment takes a comment away.
func (s *Server) DeleteComment(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, c := s.account.comment(id)
	if c == nil {
		panic(fmt.Sprintf("there is no comment %d", id))
	}
	i.talk = slices.DeleteFunc(i.talk, func(o *comment) bool { return o == c })
	i.changed = s.now()
}

// Counts tells how much of everything there is: employees, contacts and companies that are
// not archived, issues, and comments in them.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := map[string]int{"employees": len(s.account.employees), "issues": len(s.account.issues), "objects": len(s.account.objects)}
	for _, p := range s.account.contacts {
		if !p.archived {
			n["contacts"]++
		}
	}
	for _, c := range s.account.companies {
		if !c.archived {
			n["companies"]++
		}
	}
	for _, i := range s.account.issues {
		n["comments"] += len(i.talk)
	}
	return n
}

// Name is how Okdesk shows a person.
func (p Person) Name() string {
	return strings.Join(strings.Fields(p.Last+" "+p.First+" "+p.Patronymic), " ")
}
