package freshdesktest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// account is all that an account holds.
type account struct {
	last      int64 // number given to people, shelves and messages
	lastNo    int64 // number given to tickets
	agents    []*person
	contacts  []*person
	companies []*company
	groups    []*group
	products  []*group
	tickets   []*ticket
	ratings   []*rating
	files     map[int64]*file
	custom    map[string][]Field // by kind of fields: ticket_fields, …
	statuses  []Status
	types     []string
}

// Field is a custom field.
type Field struct {
	Name, Label string
	Type        string   // custom_text, custom_number, custom_decimal, custom_checkbox, custom_dropdown, custom_date, custom_paragraph
	Choices     []string // of custom_dropdown
	Required    bool     // for agents, and so for the API
	ForClosure  bool     // required for closing
}

// Status is a status of the account's own, or one of the four that all have.
type Status struct {
	ID    int64
	Label string
}

type person struct {
	id                             int64
	name, email, phone, mobile     string
	other                          []string
	company                        int64
	language, zone, note, external string
	job, address, twitter          string
	tags                           []string
	view                           bool
	verified, blocked, deleted     bool
	custom                         map[string]any
	groups                         []int64
	made, changed                  time.Time
}

type company struct {
	id            int64
	name, note    string
	description   string
	domains       []string
	custom        map[string]any
	made, changed time.Time
}

type group struct {
	id            int64
	name          string
	made, changed time.Time
}

type ticket struct {
	id                                   int64
	subject, html, kind                  string
	status, priority, source             int64
	requester, responder, group, company int64
	product                              int64
	cc, tags                             []string
	spam, deleted, archived              bool
	custom                               map[string]any
	due, firstDue                        time.Time
	made, changed, resolved, closed      time.Time
	files                                []int64
	talks                                []*talk
}

// talk is what the vendor calls a conversation: a reply or a note.
type talk struct {
	id, user, source  int64
	html              string
	incoming, private bool
	from              string
	to, cc, bcc       []string
	files             []int64
	made, changed     time.Time
	edited            bool
}

type rating struct {
	id, ticket, user, agent, group int64
	score                          int64
	feedback                       string
	made                           time.Time
}

type file struct {
	id         int64
	name, kind string
	bytes      []byte
	inline     bool
	made       time.Time
}

func (a *account) init() {
	a.last = 80_000_000_000
	a.files = map[int64]*file{}
	a.custom = map[string][]Field{}
	a.statuses = []Status{{2, "Open"}, {3, "Pending"}, {4, "Resolved"}, {5, "Closed"}}
	a.types = []string{"Question", "Incident", "Problem", "Feature Request"}
}

func (a *account) next() int64 {
	a.last++
	return a.last
}

// find is the row of that number.
func find[T any](rows []T, ok func(T) bool) (row T, found bool) {
	if i := slices.IndexFunc(rows, ok); i >= 0 {
		return rows[i], true
	}
	return row, false
}

func (a *account) agent(id int64) (*person, bool) {
	return find(a.agents, func(p *person) bool { return p.id == id })
}

func (a *account) contact(id int64) (*person, bool) {
	return find(a.contacts, func(p *person) bool { return p.id == id })
}

func (a *account) ticket(id int64) (*ticket, bool) {
	return find(a.tickets, func(t *ticket) bool { return t.id == id })
}

func (a *account) companyOf(id int64) (*company, bool) {
	return find(a.companies, func(c *company) bool { return c.id == id })
}

func (a *account) talk(id int64) (*ticket, *talk) {
	for _, t := range a.tickets {
		if k, ok := find(t.talks, func(k *talk) bool { return k.id == id }); ok {
			return t, k
		}
	}
	return nil, nil
}

// Contact is what AddContact makes.
type Contact struct {
	Name, Email, Phone, Mobile, Language, Zone, Note, ExternalID string
	Other, Tags                                                  []string
	Company                                                      int64
	Verified, Blocked, Deleted                                   bool
	Custom                                                       map[string]any
}

// AddAgent makes an agent as an admin does, and returns its number.
func (s *Server) AddAgent(name, email string, groups ...int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &person{id: s.account.next(), name: name, email: email, language: "en", zone: "Eastern Time (US & Canada)", groups: groups, verified: true, made: s.now(), changed: s.now()}
	s.account.agents = append(s.account.agents, p)
	return p.id
}

// AddContact makes a contact and returns its number.
func (s *Server) AddContact(c Contact) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &person{
		id: s.account.next(), name: c.Name, email: c.Email, phone: c.Phone, mobile: c.Mobile, other: c.Other, company: c.Company, language: c.Language,
		zone: c.Zone, note: c.Note, external: c.ExternalID, tags: c.Tags, verified: c.Verified, blocked: c.Blocked, deleted: c.Deleted,
		custom: maps.Clone(c.Custom), made: s.now(), changed: s.now(),
	}
	s.account.contacts = append(s.account.contacts, p)
	return p.id
}

// AddCompany makes a company and returns its number.
func (s *Server) AddCompany(name string, domains ...string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &company{id: s.account.next(), name: name, domains: domains, made: s.now(), changed: s.now()}
	s.account.companies = append(s.account.companies, c)
	return c.id
}

// AddGroup makes a group and returns its number.
func (s *Server) AddGroup(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &group{id: s.account.next(), name: name, made: s.now(), changed: s.now()}
	s.account.groups = append(s.account.groups, g)
	return g.id
}

// AddProduct makes a product and returns its number.
func (s *Server) AddProduct(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &group{id: s.account.next(), name: name, made: s.now(), changed: s.now()}
	s.account.products = append(s.account.products, g)
	return g.id
}

// AddField makes a custom field of tickets ("ticket_fields"), contacts
// ("contact_fields") or companies ("company_fields").
func (s *Server) AddField(kind string, f Field) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.custom[kind] = append(s.account.custom[kind], f)
}

// AddStatus makes a status of the account's own.
func (s *Server) AddStatus(label string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := int64(len(s.account.statuses) + 2)
	s.account.statuses = append(s.account.statuses, Status{id, label})
	return id
}

// Outbox lists the e-mails that the account has sent so far.
func (s *Server) Outbox() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}

// Notes are the private notes of all tickets, in HTML.
func (s *Server) Notes() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.account.tickets {
		for _, k := range t.talks {
			if k.private {
				out = append(out, k.html)
			}
		}
	}
	return out
}

func (s *Server) mail(to, format string, args ...any) {
	if to != "" {
		s.outbox = append(s.outbox, "to "+to+": "+fmt.Sprintf(format, args...))
	}
}

// notify mails what an account mails whose notifications are on.
func (s *Server) notify(to, format string, args ...any) {
	if s.Loud {
		s.mail(to, format, args...)
	}
}

// address is where mails to somebody go.
func (a *account) address(id int64) string {
	if p, ok := a.contact(id); ok {
		return p.email
	}
	if p, ok := a.agent(id); ok {
		return p.email
	}
	return ""
}
