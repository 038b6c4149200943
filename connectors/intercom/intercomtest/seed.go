package intercomtest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Talk is a conversation or a ticket that AddTalk makes.
type Talk struct {
	Contacts []string
	// Of a conversation.
	HTML, Subject, Title, Source string // what began it, as HTML; Source "" is the messenger
	By                           string // who began it, a contact's or teammate's id; "" the first contact
	Files                        []File
	Recipients                   map[string]string // kinds (to, cc) by address, of a mail
	State, Priority              string            // "" open, none
	Rating                       int
	Remark                       string
	Tags                         []int64
	Custom                       map[string]any
	// Of a ticket.
	Ticket     bool
	Kind       int64 // the ticket type; 0 is 1
	Attributes map[string]any
	StateOf    string // the category of its state; "" is submitted

	Admin, Team int64
	Snoozed     time.Time
	Linked      []int64
	At          time.Time // zero: now
}

// File is an attachment.
type File struct {
	Name, Type string
	Bytes      []byte
}

// AddTalk makes a conversation or a ticket as people at work do, and returns its number.
func (s *Server) AddTalk(t Talk) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.account
	at := t.At
	if at.IsZero() {
		at = s.now()
	}
	a.lastTalk++
	k := &talk{
		id: a.lastTalk, ticket: t.Ticket, spoke: !t.Ticket, contacts: t.Contacts, title: t.Title, subject: t.Subject, sourceKind: t.Source, priority: t.Priority, rating: t.Rating,
		remark: t.Remark, tags: t.Tags, custom: t.Custom, attributes: maps.Clone(t.Attributes), admin: t.Admin, team: t.Team, snoozed: t.Snoozed, linked: t.Linked, made: at,
		changes: []time.Time{at},
	}
	if k.attributes == nil {
		k.attributes = map[string]any{}
	}
	for mail, kind := range t.Recipients {
		k.recipients = append(k.recipients, row{"type": kind, "email": mail, "drop_reason": nil})
	}
	if t.Ticket {
		a.lastNo++
		k.number = a.lastNo
		k.become(a, t.Kind, t.StateOf)
	} else {
		by := t.By
		if by == "" {
			by = t.Contacts[0]
		}
		k.source = &part{id: a.next(), body: t.HTML, author: a.author(by), made: at}
		for _, f := range t.Files {
			k.source.files = append(k.source.files, s.store(f))
		}
	}
	k.put(t.State)
	a.talks = append(a.talks, k)
	return k.id
}

func (t *talk) put(state string) {
	if t.word = state; state == "" {
		t.word = "open"
	}
	t.open = t.word != "closed"
}

func (t *talk) become(a *account, kind int64, category string) {
	t.kind = a.kinds[0]
	for _, k := range a.kinds {
		if k.id == kind {
			t.kind = k
		}
	}
	if category == "" {
		category = "submitted"
	}
	t.ticket, t.state = true, a.stateOf(category).id
}

// Part is what AddPart makes: a comment unless told otherwise.
type Part struct {
	Kind, HTML string
	By         string // a contact's or teammate's id
	Author     Author // if it is somebody else: a bot, who left
	Files      []File
	At         time.Time // zero: now
}

// AddPart adds a part to a conversation or ticket and returns its number.
func (s *Server) AddPart(id int64, k Part) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustTalk(id)
	at := k.At
	if at.IsZero() {
		at = s.now()
	}
	p := &part{id: s.account.next(), kind: k.Kind, body: k.HTML, author: k.Author, made: at, changed: at}
	if p.kind == "" {
		p.kind = "comment"
	}
	if k.By != "" {
		p.author = s.account.author(k.By)
	}
	for _, f := range k.Files {
		p.files = append(p.files, s.store(f))
	}
	t.parts, t.changes = append(t.parts, p), touched(t.changes, at)
	switch p.kind {
	case "close":
		t.put("closed")
	case "snoozed":
		t.put("snoozed")
	case "open":
		t.put("open")
	}
	return p.id
}

func (s *Server) mustTalk(id int64) *talk {
	t, ok := s.account.talk(text(id))
	if !ok {
		panic(fmt.Sprintf("there is no conversation or ticket %d", id))
	}
	return t
}

// Convert makes a ticket of a conversation, which keeps its number.
func (s *Server) Convert(id int64, attributes map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustTalk(id)
	s.account.lastNo++
	t.number, t.attributes = s.account.lastNo, attributes
	if t.attributes == nil {
		t.attributes = map[string]any{}
	}
	t.become(&s.account, 1, "")
	t.event(s, "submitted", "submitted")
	t.changes = touched(t.changes, s.now())
}

// AddImage stores an image that stands inside a text, and returns the address that the text
// names it by, which expires.
func (s *Server) AddImage(f File) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link(s.store(f))
}

// Relink gives the images inside a text fresh addresses, as Intercom does each time.
func (s *Server) Relink(id int64, old, fresh string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustTalk(id)
	for _, p := range append(slices.Clone(t.parts), t.source) {
		if p != nil && p.body != "" {
			p.body = replace(p.body, old, fresh)
		}
	}
}

// Fresh is an address of the same file that is good for longer.
func (s *Server) Fresh(old string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var n int64
	for id := range s.account.files {
		if has(old, fmt.Sprintf("/i/o/%d/", id)) {
			n = id
		}
	}
	return s.link(n)
}

// AddAttribute adds an attribute to the ticket type 1; a list has items.
func (s *Server) AddAttribute(name, sort string, items ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := attribute{id: s.account.next(), name: name, kind: sort, made: s.now()}
	for _, it := range items {
		f.items = append(f.items, tag{s.account.next(), it})
	}
	s.account.kinds[0].attributes = append(s.account.kinds[0].attributes, f)
}

// AddData adds an attribute of contacts or companies.
func (s *Server) AddData(a Attribute) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.data = append(s.account.data, a)
}

// Delete deletes a conversation or ticket for good.
func (s *Server) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(s.mustTalk(id))
}

// DeleteContact deletes a contact for good, as merging it into another does.
func (s *Server) DeleteContact(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.contacts = slices.DeleteFunc(s.account.contacts, func(c *contact) bool { return c.id == id })
}
