package okdesktest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Person is what AddEmployee and AddContact make.
type Person struct {
	First, Last, Patronymic  string
	Email, Phone, Mobile     string
	Position, Comment, Login string
	Company                  int64
	Groups                   []int64
	Archived                 bool
	Custom                   map[string]any
}

// Issue is what AddIssue makes.
type Issue struct {
	Title, HTML, Type, Priority, Status, Source, Rate string // "": the account's usual ones
	Company, Contact, Object, Assignee, Group, Parent int64
	// Author is an employee; 0 has the contact, else the owner, be it.
	Author    int64
	Observers []int64 // employees
	Custom    map[string]any
	Due, At   time.Time // At: zero is now
	Files     []File
	Spent     []TimeEntry
}

// Comment is what AddComment makes, of an employee or a contact.
type Comment struct {
	HTML              string
	Employee, Contact int64
	Private           bool
	At                time.Time
	Files             []File
}

// File is an attachment.
type File struct {
	Name, About string
	Public      bool
	Bytes       []byte
	At          time.Time
}

// TimeEntry is work that was put down.
type TimeEntry struct {
	Employee int64
	Hours    float64
	Comment  string
	At       time.Time
}

func (s *Server) person(p Person) *person {
	custom := maps.Clone(p.Custom)
	if custom == nil {
		custom = row{}
	}
	return &person{
		id: s.account.next(), first: p.First, last: p.Last, patronymic: p.Patronymic, email: p.Email, login: p.Login, phone: p.Phone, mobile: p.Mobile, position: p.Position,
		comment: p.Comment, company: p.Company, groups: p.Groups, archived: p.Archived, custom: custom,
	}
}

// AddEmployee makes an employee as an administrator does, and returns its number.
func (s *Server) AddEmployee(p Person) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.person(p)
	if one.login == "" {
		one.login = one.email
	}
	s.account.employees = append(s.account.employees, one)
	return one.id
}

// AddContact makes a contact and returns its number.
func (s *Server) AddContact(p Person) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.person(p)
	s.account.contacts = append(s.account.contacts, one)
	return one.id
}

// AddCompany makes a company and returns its number.
func (s *Server) AddCompany(name string, custom map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &company{id: s.account.next(), name: name, custom: maps.Clone(custom)}
	if c.custom == nil {
		c.custom = row{}
	}
	s.account.companies = append(s.account.companies, c)
	return c.id
}

// AddObject makes a maintenance entity of a company and returns its number.
func (s *Server) AddObject(name string, company int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &object{id: s.account.next(), name: name, company: company}
	s.account.objects = append(s.account.objects, o)
	return o.id
}

// AddGroup makes a group and returns its number. No list shows one that nobody is in.
func (s *Server) AddGroup(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &group{id: s.account.next(), name: name}
	s.account.groups = append(s.account.groups, g)
	return g.id
}

// AddParameter makes a custom field of "issues", "contacts" or "companies".
func (s *Server) AddParameter(of string, p Parameter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.parameters[of] = append(s.account.parameters[of], p)
}

// AddStatus makes a status of the account's own.
func (s *Server) AddStatus(w Word) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.statuses = append(s.account.statuses, w)
}

// AddType makes a type of issues.
func (s *Server) AddType(w Word) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.types = append(s.account.types, w)
}

// AddIssue makes an issue as people at work do, and returns its number.
func (s *Server) AddIssue(t Issue) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	or := func(v, usual string) string {
		if v == "" {
			return usual
		}
		return v
	}
	at := t.At
	if at.IsZero() {
		at = s.now()
	}
	author := who{t.Author, true}
	switch {
	case t.Author == 0 && t.Contact != 0:
		author = who{t.Contact, false}
	case t.Author == 0:
		author.id = s.account.employees[0].id
	}
	i := &issue{
		id: s.account.next(), title: t.Title, description: t.HTML, source: or(t.Source, "from_email"), kind: or(t.Type, s.account.types[0].Code), priority: or(t.Priority, "normal"),
		status: "opened", company: t.Company, contact: t.Contact, object: t.Object, assignee: t.Assignee, group: t.Group, parent: t.Parent, author: author, due: t.Due, made: at, changed: at,
		custom: maps.Clone(t.Custom), rate: t.Rate, spent: t.Spent,
	}
	if i.custom == nil {
		i.custom = row{}
	}
	for _, id := range t.Observers {
		i.observers = append(i.observers, who{id, true})
	}
	i.files = s.storeAt(t.Files, at)
	if t.Status != "" {
		s.move(i, t.Status)
		i.changed = at
		if !i.finished.IsZero() {
			i.finished = at
		}
	}
	s.account.issues = append(s.account.issues, i)
	return i.id
}

// AddComment adds a comment and returns its number.
func (s *Server) AddComment(issue int64, c Comment) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.account.issue(issue)
	if !ok {
		panic(fmt.Sprintf("there is no issue %d", issue))
	}
	at := c.At
	if at.IsZero() {
		at = s.now()
	}
	one := &comment{id: s.account.next(), html: c.HTML, public: !c.Private, author: who{c.Employee, true}, made: at, files: s.storeAt(c.Files, at)}
	if c.Contact != 0 {
		one.author = who{c.Contact, false}
	}
	s.say(i, one)
	return one.id
}

// AddFile adds a file to an issue that stands, as people do in the web pages.
func (s *Server) AddFile(issue int64, f File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.account.issue(issue); ok {
		i.files = append(i.files, s.storeAt([]File{f}, s.now())...)
		i.changed = s.now()
	}
}

func (s *Server) store(files []File) []int64 { return s.storeAt(files, s.now()) }

func (s *Server) storeAt(files []File, at time.Time) (ids []int64) {
	for _, f := range files {
		made := f.At
		if made.IsZero() {
			made = at
		}
		one := &file{id: s.account.next(), name: f.Name, about: f.About, public: f.Public, bytes: f.Bytes, made: made}
		s.account.files[one.id] = one
		ids = append(ids, one.id)
	}
	return ids
}

// Outbox lists the e-mails that the account has sent so far.
func (s *Server) Outbox() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}

// notify mails what an account mails whose notifications are on.
func (s *Server) notify(to, format string, args ...any) {
	if s.Loud && to != "" {
		s.outbox = append(s.outbox, "to "+to+": "+fmt.Sprintf(format, args...))
	}
}
