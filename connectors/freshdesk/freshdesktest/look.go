package freshdesktest

import (
	"fmt"
	"maps"
	"slices"
)

// Standing is a ticket that is not deleted, as the account holds it.
type Standing struct {
	ID                   int64
	Subject              string
	Status, Priority     int64
	Requester, Responder string // their addresses
	Tags                 []string
	Custom               map[string]any
	Spam                 bool
	Turns                []Turn // its description first
}

// Turn is what somebody said in it.
type Turn struct {
	ID      int64 // 0 of the description
	HTML    string
	User    string // the address of who did
	Private bool
	Note    bool              // it can be changed and deleted
	Files   map[string]string // what is in them, by name
}

// Standing are the tickets that are not deleted, in order, without a request.
func (s *Server) Standing() (out []Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.account
	files := func(ids []int64) map[string]string {
		in := map[string]string{}
		for _, id := range ids {
			in[a.files[id].name] = string(a.files[id].bytes)
		}
		return in
	}
	for _, t := range a.tickets {
		if t.deleted {
			continue
		}
		one := Standing{
			ID: t.id, Subject: t.subject, Status: t.status, Priority: t.priority, Requester: a.address(t.requester), Responder: a.address(t.responder),
			Tags: slices.Clone(t.tags), Custom: maps.Clone(t.custom), Spam: t.spam,
			Turns: []Turn{{HTML: t.html, User: a.address(t.requester), Files: files(t.files)}},
		}
		for _, k := range t.talks {
			one.Turns = append(one.Turns, Turn{k.id, k.html, a.address(k.user), k.private, k.source == 2, files(k.files)})
		}
		out = append(out, one)
	}
	return out
}

// Contacts are those who are not deleted, by their numbers, without a request.
func (s *Server) Contacts() map[int64]Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[int64]Contact{}
	for _, p := range s.account.contacts {
		if !p.deleted {
			out[p.id] = Contact{Name: p.name, Email: p.email, ExternalID: p.external}
		}
	}
	return out
}

// ChangeContact lets people at work change what a contact is called.
func (s *Server) ChangeContact(id int64, do func(*Contact)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.account.contact(id)
	if !ok {
		panic(fmt.Sprintf("there is no contact %d", id))
	}
	c := Contact{Name: p.name}
	do(&c)
	p.name, p.changed = c.Name, s.now()
}

// ChangeTalk lets people at work change a note.
func (s *Server) ChangeTalk(id int64, do func(html string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, k := s.account.talk(id)
	if k == nil {
		panic(fmt.Sprintf("there is no conversation %d", id))
	}
	k.html, k.edited, k.changed, t.changed = do(k.html), true, s.now(), s.now()
}

// DeleteTalk takes a note away, as people at work do.
func (s *Server) DeleteTalk(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, k := s.account.talk(id)
	if k == nil {
		panic(fmt.Sprintf("there is no conversation %d", id))
	}
	t.talks = slices.DeleteFunc(t.talks, func(o *talk) bool { return o == k })
	t.changed = s.now()
}

// Purge deletes a ticket for good, as people do who empty the trash.
func (s *Server) Purge(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.tickets = slices.DeleteFunc(s.account.tickets, func(t *ticket) bool { return t.id == id })
}
