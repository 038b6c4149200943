package intercomtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// account is all that a workspace holds.
type account struct {
	last      int64 // number given to people, parts and shelves
	lastTalk  int64
	lastNo    int64 // number that people see on tickets
	admins    []*admin
	teams     []*team
	contacts  []*contact
	companies []*company
	kinds     []*kind
	states    []state
	tags      []tag
	talks     []*talk
	deleted   []tomb
	files     map[int64]*file
	data      []Attribute
}

type admin struct {
	id          int64
	name, email string
	teams       []int64
}

type team struct {
	id   int64
	name string
}

type tag struct {
	id   int64
	name string
}

type state struct {
	id              int64
	category, label string
}

// kind is a ticket type.
type kind struct {
	id             int64
	name, category string
	attributes     []attribute
	made           time.Time
}

type attribute struct {
	id         int64
	name, kind string
	items      []tag // of a list
	builtIn    bool
	made       time.Time
}

// Attribute is a field of contacts or companies.
type Attribute struct {
	Model, Name, Type string // model: contact, company; type: string, integer, float, boolean, date
	Options           []string
}

type company struct {
	id, external, name string
	website            string
	custom             map[string]any
	made, changed      time.Time
	archived           bool
}

type contact struct {
	id, external, role string
	name, email, phone string
	language           string
	custom             map[string]any
	companies          []string
	tags               []int64
	notes              []note
	archived           bool
	made               time.Time
	changes            []time.Time
}

type note struct {
	id    int64
	admin int64
	body  string
	made  time.Time
}

// talk is a conversation or a ticket.
type talk struct {
	id, number    int64
	ticket, spoke bool // it is a ticket; it was a conversation before, or is one
	kind          *kind
	attributes    map[string]any
	state         int64 // of a ticket
	word          string
	open          bool
	snoozed       time.Time
	admin, team   int64
	contacts      []string
	title         string
	priority      string
	source        *part
	sourceKind    string
	subject       string
	parts         []*part
	tags          []int64
	rating        int
	remark        string
	linked        []int64
	custom        map[string]any
	made          time.Time
	changes       []time.Time
	recipients    []row
}

type part struct {
	id            int64
	kind, body    string
	author        Author
	files         []int64
	made, changed time.Time
	was, now      string // of a ticket's state
	api           bool
}

type tomb struct {
	id int64
	at time.Time
}

type file struct {
	id         int64
	name, kind string
	bytes      []byte
}

// Author is who wrote a part: its type is admin, bot, team, user, lead or contact.
type Author struct{ Type, ID, Name, Email string }

func (a *account) init(now time.Time) {
	a.last, a.lastTalk = 4_400_000, 100
	a.files = map[int64]*file{}
	for i, s := range [][2]string{{"submitted", "Submitted"}, {"in_progress", "In progress"}, {"waiting_on_customer", "Waiting on you"}, {"resolved", "Resolved"}} {
		a.states = append(a.states, state{int64(8000 + i), s[0], s[1]})
	}
	k := &kind{id: 1, name: "Request", category: "Customer", made: now}
	for i, name := range []string{"_default_title_", "_default_description_"} {
		k.attributes = append(k.attributes, attribute{id: int64(190 + i), name: name, kind: "string", builtIn: true, made: now})
	}
	a.kinds = append(a.kinds, k, &kind{id: 2, name: "Bug", category: "Tracker", attributes: slices.Clone(k.attributes), made: now})
}

func (a *account) next() int64 {
	a.last++
	return a.last
}

// hex is an id of the form that contacts and companies have.
func (a *account) hex() string { return fmt.Sprintf("63ea41aaeddb9b62%08x", a.next()) }

// find is the row that is asked for; false if there is none.
func find[T any](rows []T, ok func(T) bool) (r T, found bool) {
	if i := slices.IndexFunc(rows, ok); i >= 0 {
		return rows[i], true
	}
	return r, false
}

func (a *account) talk(id string) (*talk, bool) {
	return find(a.talks, func(t *talk) bool { return strconv.FormatInt(t.id, 10) == id })
}

func (a *account) contact(id string) (*contact, bool) {
	return find(a.contacts, func(c *contact) bool { return c.id == id })
}

func (a *account) company(id string) (*company, bool) {
	return find(a.companies, func(c *company) bool { return c.id == id && !c.archived })
}

func (a *account) admin(id string) (*admin, bool) {
	return find(a.admins, func(m *admin) bool { return strconv.FormatInt(m.id, 10) == id })
}

func (a *account) team(id string) (*team, bool) {
	return find(a.teams, func(m *team) bool { return strconv.FormatInt(m.id, 10) == id })
}

func (a *account) stateOf(category string) state {
	s, _ := find(a.states, func(s state) bool { return s.category == category })
	return s
}

func (a *account) category(id int64) string {
	s, _ := find(a.states, func(s state) bool { return s.id == id })
	return s.category
}

// mailOf is the address of a contact.
func (a *account) mailOf(id string) string {
	if c, ok := a.contact(id); ok {
		return c.email
	}
	return ""
}

// author is a contact or teammate as parts name them.
func (a *account) author(id string) Author {
	if c, ok := a.contact(id); ok {
		return Author{c.role, c.id, c.name, c.email}
	}
	if m, ok := a.admin(id); ok {
		return Author{"admin", strconv.FormatInt(m.id, 10), m.name, m.email}
	}
	return Author{}
}

func touched(changes []time.Time, at time.Time) []time.Time { return append(changes, at) }

// changed is when something last changed as far as a search knows that runs behind; false if
// it knows nothing of it.
func (s *Server) changed(changes []time.Time) (time.Time, bool) {
	until := s.now().Add(-s.Lag)
	for _, at := range slices.Backward(changes) {
		if !at.After(until) || s.Lag == 0 {
			return at, true
		}
	}
	return time.Time{}, false
}

func (s *Server) mail(to, format string, args ...any) {
	if to != "" {
		s.outbox = append(s.outbox, "to "+to+": "+fmt.Sprintf(format, args...))
	}
}

// Outbox lists the e-mails that the workspace has sent so far.
func (s *Server) Outbox() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}

func sameMail(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
