package intercomtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

func replace(s, old, fresh string) string { return strings.ReplaceAll(s, old, fresh) }

func has(s, part string) bool { return strings.Contains(s, part) }

// Standing is a ticket as the workspace holds it.
type Standing struct {
	ID               int64
	Attributes       map[string]any
	State            string // the category
	Open             bool
	Requester, Admin string // their addresses
	Team             string
	Turns            []Turn
}

// Turn is what somebody said in it.
type Turn struct {
	ID    int64
	HTML  string
	User  string // the address of who did
	Note  bool
	At    time.Time
	Files map[string]string // what is in them, by name
}

// Standing are the tickets, in order, without a request.
func (s *Server) Standing() (out []Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.account
	for _, t := range a.talks {
		if !t.ticket {
			continue
		}
		one := Standing{ID: t.id, Attributes: maps.Clone(t.attributes), State: a.category(t.state), Open: t.open}
		if len(t.contacts) > 0 {
			one.Requester = a.mailOf(t.contacts[0])
		}
		if m, ok := a.admin(text(t.admin)); ok {
			one.Admin = m.email
		}
		if g, ok := a.team(text(t.team)); ok {
			one.Team = g.name
		}
		for _, p := range t.parts {
			if p.body == "" {
				continue
			}
			k := Turn{ID: p.id, HTML: p.body, User: p.author.Email, Note: p.kind == "note", At: p.made, Files: map[string]string{}}
			for _, id := range p.files {
				k.Files[a.files[id].name] = string(a.files[id].bytes)
			}
			one.Turns = append(one.Turns, k)
		}
		out = append(out, one)
	}
	return out
}

// Contacts are those who are not archived, by their ids, without a request.
func (s *Server) Contacts() map[string]Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]Contact{}
	for _, c := range s.account.contacts {
		if !c.archived {
			out[c.id] = Contact{Name: c.name, Email: c.email, External: c.external, Companies: c.companies, Role: c.role}
		}
	}
	return out
}

// Counts tells how much of everything there is.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.account
	n := map[string]int{"admins": len(a.admins), "teams": len(a.teams)}
	for _, c := range a.contacts {
		if !c.archived {
			n["contacts"]++
		}
	}
	for _, c := range a.companies {
		if !c.archived {
			n["companies"]++
		}
	}
	for _, t := range a.talks {
		key := "conversations"
		if t.ticket {
			key = "tickets"
		}
		n[key]++
		for _, p := range t.parts {
			if p.body != "" {
				n["messages"]++
			}
		}
	}
	return n
}

// ChangeTicket lets people at work change a ticket: its attributes, the category of its
// state, who has it.
func (s *Server) ChangeTicket(id int64, do func(*Standing)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustTalk(id)
	c := Standing{ID: t.id, Attributes: maps.Clone(t.attributes), State: s.account.category(t.state), Open: t.open}
	do(&c)
	if now := s.account.stateOf(c.State); now.id != t.state {
		t.event(s, s.account.category(t.state), now.category)
		t.parts[len(t.parts)-1].author = s.account.author(text(s.account.admins[len(s.account.admins)-1].id))
		t.state = now.id
	}
	t.attributes, t.open = c.Attributes, c.Open
	t.changes = touched(t.changes, s.now())
}

// Solve resolves a ticket, or closes a conversation, as people at work do.
func (s *Server) Solve(id int64) {
	s.mu.Lock()
	t := s.mustTalk(id)
	s.mu.Unlock()
	if t.ticket {
		s.ChangeTicket(id, func(k *Standing) { k.State = "resolved" })
		return
	}
	s.ChangeTalk(id, func(k *Talk) { k.State = "closed" })
}

// ChangeTalk lets people at work change a conversation: its title, tags and state.
func (s *Server) ChangeTalk(id int64, do func(*Talk)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustTalk(id)
	c := Talk{Title: t.title, Tags: slices.Clone(t.tags), State: t.word, Rating: t.rating, Remark: t.remark}
	do(&c)
	t.title, t.tags, t.rating, t.remark = c.Title, c.Tags, c.Rating, c.Remark
	t.put(c.State)
	t.changes = touched(t.changes, s.now())
}

// ChangeContact lets people at work change what a contact is called.
func (s *Server) ChangeContact(id string, do func(*Contact)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.account.contact(id)
	if !ok {
		panic(fmt.Sprintf("there is no contact %s", id))
	}
	c := Contact{Name: p.name, Archived: p.archived}
	do(&c)
	p.name, p.archived, p.changes = c.Name, c.Archived, touched(p.changes, s.now())
}
