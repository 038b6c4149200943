package znunytest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ticket is a ticket as it stands.
type Ticket struct {
	ID                                          int64
	Number, Title, State, Priority, Queue, Type string
	Owner, Responsible                          int64
	Customer, CustomerID                        string
	Created, Changed                            time.Time
	CreateBy                                    int64
	Until                                       int64
	Fields                                      map[string]any
	Articles                                    []*Article
	History                                     []Line
	closed                                      time.Time
}

// Article is something that was said.
type Article struct {
	ID                                       int64
	From, To, Cc, Subject, Body, ContentType string
	MessageID, InReplyTo, References         string
	Sender                                   string
	Visible                                  bool
	Channel                                  int
	At                                       time.Time
	CreateBy                                 int64
	Files                                    []File
}

// File is an attachment, or the HTML of an article.
type File struct {
	Name, Type, CID, Disposition string
	Content                      []byte
}

// Line is one of a ticket's history.
type Line struct {
	Type, Name string
	At         time.Time
	By         int64
	Article    int64
}

// States are those that every Znuny has, and their types.
var States = map[string]string{
	"new": "new", "closed successful": "closed", "closed unsuccessful": "closed", "open": "open", "removed": "removed",
	"pending reminder": "pending reminder", "pending auto close+": "pending auto", "pending auto close-": "pending auto", "merged": "merged",
}

// Priorities are those that every Znuny has.
var Priorities = []string{"1 very low", "2 low", "3 normal", "4 high", "5 very high"}

// AddUser makes an agent, and returns the number.
func (s *Server) AddUser(login string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := int64(len(s.users) + 1)
	s.users[id] = login
	return id
}

// AddCustomer makes a customer user who can log in.
func (s *Server) AddCustomer(login, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customers[login] = address
}

// AddQueue makes a queue.
func (s *Server) AddQueue(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queues = append(s.queues, name)
}

// AddType makes a ticket type.
func (s *Server) AddType(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.types = append(s.types, name)
}

// AddField makes a dynamic field of tickets.
func (s *Server) AddField(name string, f Field) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fields[name] = f
}

// Outbox are the e-mails that were sent.
func (s *Server) Outbox() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}

// AddTicket makes a ticket behind everybody's back, with its articles, and returns the number.
func (s *Server) AddTicket(t Ticket) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.ID = s.nextID()
	now := s.now()
	t.Number = fmt.Sprintf("%s10%05d", now.Format("20060102"), t.ID)
	for _, of := range []struct {
		at       *string
		standard string
	}{{&t.State, "open"}, {&t.Priority, "3 normal"}, {&t.Queue, "Support"}, {&t.Type, "Unclassified"}, {&t.Title, "A question"}} {
		if *of.at == "" {
			*of.at = of.standard
		}
	}
	for _, at := range []*int64{&t.Owner, &t.Responsible, &t.CreateBy} {
		if *at == 0 {
			*at = 1
		}
	}
	if t.Created.IsZero() {
		t.Created = now
	}
	t.Changed = t.Created
	if t.Fields == nil {
		t.Fields = map[string]any{}
	}
	articles := t.Articles
	t.Articles = nil
	s.tickets = append(s.tickets, &t)
	s.line(&t, 1, "NewTicket", "%%"+t.Number+"%%"+t.Queue+"%%"+t.Priority+"%%"+t.State+"%%"+fmt.Sprint(t.ID))
	for _, a := range articles {
		s.addArticle(&t, *a)
	}
	return t.ID
}

// AddArticle adds an article behind everybody's back, and returns the number.
func (s *Server) AddArticle(ticket int64, a Article) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addArticle(s.ticket(fmt.Sprint(ticket)), a)
}

func (s *Server) addArticle(t *Ticket, a Article) int64 {
	s.article++
	a.ID = s.article
	if a.At.IsZero() {
		a.At = s.now()
	}
	if a.Sender == "" {
		a.Sender = "customer"
	}
	if a.Channel == 0 {
		a.Channel = 1
	}
	if a.CreateBy == 0 {
		a.CreateBy = 1
	}
	if a.ContentType == "" {
		a.ContentType = "text/plain; charset=utf-8"
	}
	t.Articles = append(t.Articles, &a)
	t.History = append(t.History, Line{"EmailCustomer", "%%", s.now(), a.CreateBy, a.ID})
	return a.ID
}

// Change changes a ticket as people do, and writes the history of its state.
func (s *Server) Change(id int64, change func(*Ticket)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.ticket(fmt.Sprint(id))
	was := t.State
	change(t)
	t.Changed = s.now()
	kind, name := "Misc", "changed"
	if t.State != was {
		kind, name = "StateUpdate", "%%"+was+"%%"+t.State+"%%"
	}
	s.line(t, 1, kind, name)
}

// Merge merges a ticket into another, which gets its articles (Kernel/System/Ticket.pm,
// TicketMerge).
func (s *Server) Merge(id, into int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, main := s.ticket(fmt.Sprint(id)), s.ticket(fmt.Sprint(into))
	main.Articles, t.Articles = append(main.Articles, t.Articles...), nil
	slices.SortFunc(main.Articles, func(a, b *Article) int { return int(a.ID - b.ID) })
	s.addArticle(t, Article{Sender: "agent", Channel: 3, Visible: true, Subject: "Ticket Merged", Body: "Merged Ticket " + t.Number + " to " + main.Number + "."})
	for _, k := range []*Ticket{t, main} {
		s.line(k, 1, "Merged", fmt.Sprintf("%%%%%s%%%%%d%%%%%s%%%%%d", t.Number, t.ID, main.Number, main.ID))
	}
	s.line(t, 1, "StateUpdate", "%%"+t.State+"%%merged%%")
	t.State, t.Changed, main.Changed = "merged", s.now(), s.now()
}

// Delete deletes a ticket for good.
func (s *Server) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tickets = slices.DeleteFunc(s.tickets, func(t *Ticket) bool { return t.ID == id })
}

// Standing are copies of the tickets that are there and not thrown away.
func (s *Server) Standing() (out []Ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tickets {
		if t.State == "removed" {
			continue
		}
		c := *t
		c.Articles = slices.Clone(t.Articles)
		out = append(out, c)
	}
	return out
}

// Login is the login of an agent's number.
func (s *Server) Login(id int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[id]
}

// nextID is a number that no ticket had.
func (s *Server) nextID() int64 {
	n := int64(0)
	for _, t := range s.tickets {
		n = max(n, t.ID)
	}
	s.last = max(s.last, n) + 1
	return s.last
}

func (s *Server) line(t *Ticket, by int64, kind, name string) {
	t.History = append(t.History, Line{Type: kind, Name: name, At: s.now(), By: by})
}

func (s *Server) userID(login string) int64 {
	for id, name := range s.users {
		if strings.EqualFold(name, login) {
			return id
		}
	}
	return 0
}

// Address is the address of a customer.
func (s *Server) Address(login string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.customers[login], login)
}
