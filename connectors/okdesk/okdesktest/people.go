package okdesktest

import (
	"maps"
	"net/http"
	"strings"
)

// contacts answers for /contacts and what is below.
func (x *exchange) contacts(path []string) {
	a := &x.s.account
	switch path[0] {
	case "list":
		var ids []int64
		for _, p := range a.contacts {
			ids = append(ids, p.id)
		}
		x.keyset(ids, func(id int64) row { p, _ := a.contact(id); return a.personRow(p, false) })
		return
	case "":
		method(x, func() { x.search(x.r.URL.Query().Get("id"), func(id int64) any { p, _ := a.contact(id); return p }) }, func() { x.writeContact(nil) })
		return
	}
	p, ok := a.contact(id(path[0]))
	switch {
	case !ok:
		x.gone()
	case path[1] == "activations" && x.r.Method == http.MethodPatch:
		p.archived = !truth(x.in["active"], false)
		x.ok(a.personRow(p, false))
	case path[1] != "":
		x.gone()
	case x.r.Method == http.MethodGet:
		x.ok(a.personRow(p, false))
	case x.r.Method == http.MethodPatch:
		x.writeContact(p)
	default:
		x.gone()
	}
}

// search answers with one thing, and with an empty object if there is none.
func (x *exchange) search(which string, get func(int64) any) {
	a := &x.s.account
	switch v := get(id(which)).(type) {
	case *person:
		if v != nil {
			x.ok(a.personRow(v, false))
			return
		}
	case *company:
		if v != nil {
			x.ok(x.s.companyRow(v))
			return
		}
	}
	x.ok(row{})
}

// writeContact makes or changes a contact. That an address is anybody's only once, also
// among those who were archived, is a guess.
func (x *exchange) writeContact(p *person) {
	a, in := &x.s.account, x.sayings("contact")
	next := &person{custom: row{}}
	if p != nil {
		copied := *p
		next, next.custom = &copied, maps.Clone(p.custom)
	}
	for name, at := range map[string]*string{
		"first_name": &next.first, "last_name": &next.last, "patronymic": &next.patronymic, "email": &next.email, "phone": &next.phone, "mobile_phone": &next.mobile,
		"position": &next.position, "comment": &next.comment, "login": &next.login,
	} {
		set(in, name, at)
	}
	if v, ok := in["company_id"]; ok {
		next.company = id(v)
	}
	wrong := x.custom("contacts", in, next.custom)
	if wrong == nil {
		wrong = row{}
	}
	for name, v := range map[string]string{"first_name": next.first, "last_name": next.last} {
		if strings.TrimSpace(v) == "" {
			wrong[name] = []string{"не может быть пустым"}
		}
	}
	if _, ok := a.companyOf(next.company); !ok && next.company != 0 {
		wrong["company_id"] = []string{"компания не найдена"}
	}
	for _, others := range [][]*person{a.contacts, a.employees} {
		if _, taken := find(others, func(o *person) bool {
			return o != p && next.email != "" && strings.EqualFold(o.email, next.email)
		}); taken {
			wrong["email"] = []string{"уже используется"}
		}
	}
	if len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	if p == nil {
		next.id = a.next()
		p = &person{}
		a.contacts = append(a.contacts, p)
		x.s.notify(next.email, "an invitation to the client's portal")
	}
	*p = *next
	x.ok(a.personRow(p, false))
}

// employees answers for /employees/list, which can be read only here.
func (x *exchange) employees(which string) {
	a := &x.s.account
	if which != "list" || x.r.Method != http.MethodGet {
		x.gone()
		return
	}
	var ids []int64
	for _, p := range a.employees {
		ids = append(ids, p.id)
	}
	show := func(id int64) row { p, _ := a.employee(id); return a.personRow(p, true) }
	if x.s.Numbered {
		x.numbered(ids, 100, show)
		return
	}
	x.keyset(ids, show)
}

// companies answers for /companies and what is below.
func (x *exchange) companies(path []string) {
	a := &x.s.account
	switch path[0] {
	case "list":
		var ids []int64
		for _, c := range a.companies {
			ids = append(ids, c.id)
		}
		x.keyset(ids, func(id int64) row { c, _ := a.companyOf(id); return x.s.companyRow(c) })
		return
	case "":
		method(x, func() { x.search(x.r.URL.Query().Get("id"), func(id int64) any { c, _ := a.companyOf(id); return c }) }, func() { x.writeCompany(nil) })
		return
	}
	c, ok := a.companyOf(id(path[0]))
	switch {
	case !ok:
		x.gone()
	case path[1] == "activations" && x.r.Method == http.MethodPatch:
		c.archived = !truth(x.in["active"], false)
		x.ok(x.s.companyRow(c))
	case path[1] != "":
		x.gone()
	case x.r.Method == http.MethodGet:
		x.ok(x.s.companyRow(c))
	case x.r.Method == http.MethodPatch:
		x.writeCompany(c)
	default:
		x.gone()
	}
}

func (x *exchange) writeCompany(c *company) {
	a, in := &x.s.account, x.sayings("company")
	next := &company{custom: row{}}
	if c != nil {
		copied := *c
		next, next.custom = &copied, maps.Clone(c.custom)
	}
	for name, at := range map[string]*string{
		"name": &next.name, "additional_name": &next.additional, "site": &next.site, "email": &next.email, "phone": &next.phone, "address": &next.address,
		"comment": &next.comment, "crm_1c_id": &next.external,
	} {
		set(in, name, at)
	}
	wrong := x.custom("companies", in, next.custom)
	if wrong == nil {
		wrong = row{}
	}
	if strings.TrimSpace(next.name) == "" {
		wrong["name"] = []string{"не может быть пустым"}
	}
	if len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	if c == nil {
		next.id = a.next()
		c = &company{}
		a.companies = append(a.companies, c)
	}
	*c = *next
	x.ok(x.s.companyRow(c))
}

// objects answers for /maintenance_entities.
func (x *exchange) objects(which string) {
	a := &x.s.account
	of := func(id int64) (*object, bool) { return find(a.objects, func(o *object) bool { return o.id == id }) }
	if which == "list" {
		var ids []int64
		for _, o := range a.objects {
			ids = append(ids, o.id)
		}
		x.keyset(ids, func(id int64) row { o, _ := of(id); return objectRow(o) })
		return
	}
	if o, ok := of(id(which)); ok && x.r.Method == http.MethodGet {
		x.ok(objectRow(o))
		return
	}
	x.gone()
}
