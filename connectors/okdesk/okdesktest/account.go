package okdesktest

import (
	"slices"
	"strings"
	"time"
)

// account is all that an account holds.
type account struct {
	last       int64 // number given last, to whatever it was
	employees  []*person
	contacts   []*person
	companies  []*company
	objects    []*object
	groups     []*group
	issues     []*issue
	files      map[int64]*file
	statuses   []Word
	priorities []Word
	types      []Word
	parameters map[string][]Parameter // of issues, contacts, companies
}

// Word is a status, priority or type.
type Word struct {
	Code, Name string
	Final      bool // of statuses: nothing follows
}

// Parameter is a custom field (дополнительный атрибут).
type Parameter struct {
	Code, Name, Type string // ftstring, ftdate, ftdatetime, ftcheckbox, ftselect, ftmultiselect
	Options          []string
	Required         bool
}

type person struct {
	id                      int64
	first, last, patronymic string
	email, login            string
	phone, mobile           string
	position, comment       string
	company                 int64
	groups                  []int64
	archived                bool
	custom                  row
}

// name is how Okdesk shows somebody.
func (p *person) name() string {
	return strings.Join(strings.Fields(strings.Join([]string{p.last, p.first, p.patronymic}, " ")), " ")
}

type company struct {
	id                                             int64
	name, additional, site, email, phone, external string
	address, comment                               string
	archived                                       bool
	custom                                         row
}

type object struct {
	id, company            int64
	name, address, comment string
}

type group struct {
	id   int64
	name string
}

// who is an employee or a contact.
type who struct {
	id       int64
	employee bool
}

// contact is the number of one; 0 of an employee's.
func (w who) contact() int64 {
	if w.employee {
		return 0
	}
	return w.id
}

type issue struct {
	id                           int64
	title, description, source   string
	kind, priority, status, was  string
	company, contact, object     int64
	assignee, group              int64
	author                       who
	observers                    []who
	due, made, changed, finished time.Time
	delayed                      time.Time
	custom                       row
	files                        []int64
	talk                         []*comment
	rate                         string
	parent                       int64
	spent                        []TimeEntry
}

type comment struct {
	id     int64
	html   string
	public bool
	author who
	made   time.Time
	files  []int64
}

type file struct {
	id     int64
	name   string
	about  string
	public bool
	bytes  []byte
	made   time.Time
}

func (a *account) init() {
	a.last = 1000
	a.files = map[int64]*file{}
	a.parameters = map[string][]Parameter{}
	a.statuses = []Word{{"opened", "Открыта", false}, {"in_progress", "В работе", false}, {"delayed", "Отложена", false}, {"completed", "Решена", false}, {"closed", "Закрыта", true}}
	a.priorities = []Word{{"low", "Низкий", false}, {"normal", "Обычный", false}, {"high", "Высокий", false}, {"critical", "Критический", false}}
	a.types = []Word{{"service", "Обслуживание", false}, {"incident", "Инцидент", false}}
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

func (a *account) employee(id int64) (*person, bool) {
	return find(a.employees, func(p *person) bool { return p.id == id })
}

func (a *account) contact(id int64) (*person, bool) {
	return find(a.contacts, func(p *person) bool { return p.id == id })
}

func (a *account) who(w who) (*person, bool) {
	if w.employee {
		return a.employee(w.id)
	}
	return a.contact(w.id)
}

func (a *account) issue(id int64) (*issue, bool) {
	return find(a.issues, func(i *issue) bool { return i.id == id })
}

func (a *account) companyOf(id int64) (*company, bool) {
	return find(a.companies, func(c *company) bool { return c.id == id })
}

func (a *account) groupOf(id int64) (*group, bool) {
	return find(a.groups, func(g *group) bool { return g.id == id })
}

func word(list []Word, code string) (Word, bool) {
	return find(list, func(w Word) bool { return w.Code == code })
}

func (a *account) comment(id int64) (*issue, *comment) {
	for _, i := range a.issues {
		if c, ok := find(i.talk, func(c *comment) bool { return c.id == id }); ok {
			return i, c
		}
	}
	return nil, nil
}
