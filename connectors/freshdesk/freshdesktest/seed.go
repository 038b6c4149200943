package freshdesktest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Ticket is what AddTicket makes.
type Ticket struct {
	Subject, HTML, Type                           string
	Status, Priority, Source                      int64 // 0: open, low, e-mail
	Requester, Responder, Group, Company, Product int64
	CC, Tags                                      []string
	Spam, Deleted, Archived                       bool
	Custom                                        map[string]any
	At                                            time.Time // zero: now
	Files                                         []File
}

// Talk is what AddTalk makes: a reply (Source 0), a note (2), a rating's words (6).
type Talk struct {
	HTML              string
	User, Source      int64
	Incoming, Private bool
	From              string
	To, CC, BCC       []string
	At                time.Time
	Files             []File
}

// File is an attachment.
type File struct {
	Name, Type string
	Bytes      []byte
}

// AddTicket makes a ticket as people at work do, and returns its number.
func (s *Server) AddTicket(t Ticket) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := t.At
	if at.IsZero() {
		at = s.now()
	}
	s.account.lastNo++
	or := func(v, usual int64) int64 {
		if v == 0 {
			return usual
		}
		return v
	}
	row := &ticket{
		id: s.account.lastNo, subject: t.Subject, html: t.HTML, kind: t.Type, status: or(t.Status, 2), priority: or(t.Priority, 1), source: or(t.Source, 1),
		requester: t.Requester, responder: t.Responder, group: t.Group, company: t.Company, product: t.Product, cc: t.CC, tags: t.Tags,
		spam: t.Spam, deleted: t.Deleted, archived: t.Archived, custom: t.Custom, made: at, changed: at, due: at.Add(72 * time.Hour), firstDue: at.Add(24 * time.Hour),
		files: s.store(t.Files, false),
	}
	row.mark(at)
	s.account.tickets = append(s.account.tickets, row)
	return row.id
}

// mark notes when the ticket was resolved and closed.
func (t *ticket) mark(at time.Time) {
	if t.status == 4 || t.status == 5 {
		t.resolved = at
	}
	if t.status == 5 {
		t.closed = at
	}
}

// AddTalk adds a reply or a note to a ticket and returns its number.
func (s *Server) AddTalk(id int64, k Talk) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.account.ticket(id)
	if !ok {
		panic(fmt.Sprintf("there is no ticket %d", id))
	}
	at := k.At
	if at.IsZero() {
		at = s.now()
	}
	row := &talk{
		id: s.account.next(), user: k.User, source: k.Source, html: k.HTML, incoming: k.Incoming, private: k.Private, from: k.From, to: k.To, cc: k.CC,
		bcc: k.BCC, made: at, changed: at, files: s.store(k.Files, false),
	}
	t.talks, t.changed = append(t.talks, row), at
	return row.id
}

// AddRating adds what a requester thought of a ticket: 103 is extremely happy, 100
// neutral, -103 extremely unhappy.
func (s *Server) AddRating(id, user, score int64, feedback string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.ratings = append(s.account.ratings, &rating{id: s.account.next(), ticket: id, user: user, score: score, feedback: feedback, made: s.now()})
}

// AddInline stores an image that stands inside a text, and returns the address that
// the text names it by.
func (s *Server) AddInline(name, kind string, b []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.store([]File{{name, kind, b}}, true)[0]
	claims := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"id":%d,"domain":"acme.freshdesk.test","account_id":1}`, id))
	return s.urls[0] + "/inline/attachment?token=" + strings.Join([]string{"eyJhbGciOiJIUzI1NiJ9", claims, "c2lnbmVk"}, ".")
}

func (s *Server) store(files []File, inline bool) (ids []int64) {
	for _, f := range files {
		row := &file{id: s.account.next(), name: f.Name, kind: f.Type, bytes: f.Bytes, inline: inline, made: s.now()}
		s.account.files[row.id] = row
		ids = append(ids, row.id)
	}
	return ids
}

// ChangeTicket lets do change a ticket as people at work do: its status, its tags,
// its custom fields, who asks, whether it is spam or deleted.
func (s *Server) ChangeTicket(id int64, do func(*Ticket)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.account.ticket(id)
	if !ok {
		panic(fmt.Sprintf("there is no ticket %d", id))
	}
	c := Ticket{Subject: t.subject, Status: t.status, Priority: t.priority, Tags: t.tags, Spam: t.spam, Deleted: t.deleted, Archived: t.archived, At: s.now(), Responder: t.responder, Requester: t.requester, Custom: maps.Clone(t.custom)}
	do(&c)
	t.requester, t.custom = c.Requester, c.Custom
	t.subject, t.status, t.priority, t.tags, t.spam, t.deleted, t.archived, t.changed, t.responder = c.Subject, c.Status, c.Priority, c.Tags, c.Spam, c.Deleted, c.Archived, c.At, c.Responder
	t.mark(c.At)
}

// Counts tells how much of everything there is: agents, contacts, companies, groups,
// tickets that are not deleted, and replies and notes in them.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := map[string]int{
		"agents": len(s.account.agents), "companies": len(s.account.companies), "groups": len(s.account.groups), "products": len(s.account.products),
	}
	for _, p := range s.account.contacts {
		if !p.deleted {
			n["contacts"]++
		}
	}
	for _, t := range s.account.tickets {
		if !t.deleted {
			n["tickets"]++
			n["conversations"] += len(t.talks)
		}
	}
	return n
}
