package intercomtest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (x *exchange) me([]string) {
	m := x.s.account.admins[0]
	r := x.s.adminRow(m)
	r["email_verified"] = true
	r["app"] = row{"type": "app", "id_code": x.s.Workspace, "name": "Acme", "region": "US", "timezone": "UTC", "created_at": 1_600_000_000, "identity_verification": false}
	delete(r, "team_priority_level")
	x.json(r)
}

func (s *Server) adminRow(m *admin) row {
	return row{
		"type": "admin", "id": strconv.FormatInt(m.id, 10), "name": m.name, "email": m.email, "job_title": "", "away_mode_enabled": false, "away_mode_reassign": false,
		"has_inbox_seat": true, "team_ids": append([]int64{}, m.teams...), "team_priority_level": row{},
	}
}

func (x *exchange) admins([]string) {
	rows := []row{}
	for _, m := range x.s.account.admins {
		rows = append(rows, x.s.adminRow(m))
	}
	x.json(row{"type": "admin.list", "admins": rows})
}

func (x *exchange) teams([]string) {
	rows := []row{}
	for _, t := range x.s.account.teams {
		rows = append(rows, row{"type": "team", "id": strconv.FormatInt(t.id, 10), "name": t.name, "admin_ids": []int64{}})
	}
	x.json(row{"type": "team.list", "teams": rows})
}

func (x *exchange) tags([]string) {
	rows := []row{}
	for _, t := range x.s.account.tags {
		rows = append(rows, row{"type": "tag", "id": strconv.FormatInt(t.id, 10), "name": t.name})
	}
	x.json(row{"type": "list", "data": rows})
}

func (s *Server) contactRow(c *contact) row {
	null := row{}
	for _, name := range []string{"owner_id", "signed_up_at", "last_seen_at", "last_replied_at", "last_contacted_at", "browser", "os", "avatar"} {
		null[name] = nil
	}
	changed, _ := s.changed(c.changes)
	some := func(ids []string, kind, path string) row {
		data := []row{}
		for _, id := range ids[:min(10, len(ids))] {
			data = append(data, row{"id": id, "type": kind, "url": "/" + path + "/" + id})
		}
		return row{"type": "list", "data": data, "url": "/contacts/" + c.id + "/" + path, "total_count": len(ids), "has_more": len(ids) > 10}
	}
	r := row{
		"type": "contact", "id": c.id, "external_id": orNull(c.external), "workspace_id": s.Workspace, "role": c.role, "email": c.email, "phone": orNull(c.phone),
		"name": orNull(c.name), "language_override": orNull(c.language), "has_hard_bounced": false, "marked_email_as_spam": false, "unsubscribed_from_emails": false,
		"created_at": c.made.Unix(), "updated_at": changed.Unix(), "custom_attributes": maps.Clone(c.custom),
		"tags": some(texts(c.tags), "tag", "tags"), "companies": some(c.companies, "company", "companies"),
		"location": row{"type": "location", "country": nil, "region": nil, "city": nil}, "social_profiles": row{"type": "list", "data": []row{}},
	}
	ids := []int64{}
	for _, n := range c.notes {
		ids = append(ids, n.id)
	}
	r["notes"] = some(texts(ids), "note", "notes")
	if c.archived {
		r["archived"] = true
	}
	maps.Copy(r, null)
	return r
}

func texts(ids []int64) (out []string) {
	for _, id := range ids {
		out = append(out, strconv.FormatInt(id, 10))
	}
	return out
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// contacts answers for /contacts and what is below.
func (x *exchange) contacts(path []string) {
	switch {
	case path[0] == "search":
		x.searchContacts()
	case path[0] == "find_by_external_id":
		c, ok := find(x.s.account.contacts, func(c *contact) bool { return c.external == path[1] && c.role == "user" && !c.archived })
		if !ok {
			x.gone()
			return
		}
		x.json(x.s.contactRow(c))
	case path[0] == "" && x.r.Method == http.MethodPost:
		x.createContact()
	default:
		c, ok := x.s.account.contact(path[0])
		if !ok {
			x.fail(http.StatusNotFound, "not_found", "User Not Found")
			return
		}
		x.oneContact(c, path[1], path[2])
	}
}

func (x *exchange) oneContact(c *contact, what, which string) {
	switch {
	case what == "" && x.r.Method == http.MethodGet:
		x.json(x.s.contactRow(c))
	case what == "" && x.r.Method == http.MethodPut:
		x.updateContact(c)
	case what == "" && x.r.Method == http.MethodDelete:
		x.s.account.contacts = slices.DeleteFunc(x.s.account.contacts, func(o *contact) bool { return o == c })
		x.json(row{"type": "contact", "id": c.id, "external_id": orNull(c.external), "deleted": true})
	case what == "archive", what == "unarchive":
		c.archived, c.changes = what == "archive", touched(c.changes, x.s.now())
		x.json(row{"type": "contact", "id": c.id, "external_id": orNull(c.external), "archived": c.archived})
	case what == "notes" && x.r.Method == http.MethodGet:
		rows := []row{}
		for _, n := range c.notes {
			m, _ := x.s.account.admin(strconv.FormatInt(n.admin, 10))
			rows = append(rows, row{"type": "note", "id": strconv.FormatInt(n.id, 10), "created_at": n.made.Unix(), "contact": row{"type": "contact", "id": c.id}, "author": x.s.adminRow(m), "body": n.body})
		}
		x.json(row{"type": "list", "data": rows, "total_count": len(rows), "pages": row{"type": "pages", "page": 1, "per_page": 50, "total_pages": 1}})
	case what == "companies":
		x.attach(c, which)
	default:
		x.gone()
	}
}

// attach puts a contact into a company and out of it.
func (x *exchange) attach(c *contact, which string) {
	id := which
	if x.r.Method == http.MethodPost {
		id = x.text("id")
	}
	o, ok := x.s.account.company(id)
	if !ok {
		x.fail(http.StatusNotFound, "company_not_found", "Company Not Found")
		return
	}
	c.companies = slices.DeleteFunc(c.companies, func(other string) bool { return other == id })
	if x.r.Method == http.MethodPost {
		c.companies = append(c.companies, id)
	}
	c.changes = touched(c.changes, x.s.now())
	x.json(x.s.companyRow(o))
}

var contactFields = []string{"role", "external_id", "email", "phone", "name", "avatar", "signed_up_at", "last_seen_at", "owner_id", "unsubscribed_from_emails", "custom_attributes"}

func (x *exchange) createContact() {
	c := &contact{id: x.s.account.hex(), role: "user", custom: map[string]any{}, made: x.s.now()}
	if x.text("email") == "" && x.text("external_id") == "" && x.text("role") == "" {
		x.invalid("email, external_id or role is required")
		return
	}
	if !x.fill(c) {
		return
	}
	c.changes = touched(nil, x.s.now())
	x.s.account.contacts = append(x.s.account.contacts, c)
	if x.s.Loud {
		x.s.mail(c.email, "welcome, says a series")
	}
	x.json(x.s.contactRow(c))
}

func (x *exchange) updateContact(c *contact) {
	next := *c
	next.custom = maps.Clone(c.custom)
	if !x.fill(&next) {
		return
	}
	next.changes = touched(c.changes, x.s.now())
	*c = next
	x.json(x.s.contactRow(c))
}

// fill puts what a write says into a contact; false if it was refused.
func (x *exchange) fill(c *contact) bool {
	for name, v := range x.in {
		if !slices.Contains(contactFields, name) {
			x.invalid("bad '%s' parameter", name)
			return false
		}
		s, is := v.(string)
		if at := map[string]*string{"role": &c.role, "external_id": &c.external, "email": &c.email, "phone": &c.phone, "name": &c.name}[name]; at != nil {
			if !is && v != nil {
				x.invalid("%s is invalid", name)
				return false
			}
			*at = s
		}
	}
	if c.email != "" && !strings.Contains(c.email, "@") {
		x.invalid("email invalid")
		return false
	}
	if !x.custom("contact", c.custom) {
		return false
	}
	return x.unique(c)
}

// unique refuses a second user of an external id or an address; of leads there may be many.
func (x *exchange) unique(c *contact) bool {
	for _, other := range x.s.account.contacts {
		same := c.external != "" && other.external == c.external || sameMail(other.email, c.email)
		if !same || other.id == c.id || other.role != "user" || c.role != "user" {
			continue
		}
		which := "A"
		if other.archived {
			which = "An archived"
		}
		x.fail(http.StatusConflict, "conflict", which+" contact matching those details already exists with id="+other.id)
		return false
	}
	return true
}

// custom puts attributes into a record: those that there are, of the right sort.
func (x *exchange) custom(model string, into map[string]any) bool {
	values, _ := x.in["custom_attributes"].(row)
	for name, v := range values {
		a, ok := find(x.s.account.data, func(a Attribute) bool { return a.Model == model && a.Name == name })
		if !ok {
			x.invalid("Custom attribute '%s' does not exist", name)
			return false
		}
		s, _ := v.(string)
		if v != nil && (!fits(a.Type, v) || len(a.Options) > 0 && !slices.Contains(a.Options, s)) {
			x.invalid("%s is of the wrong type", name)
			return false
		}
		if into[name] = v; v == nil {
			delete(into, name)
		}
	}
	return true
}

func fits(kind string, v any) bool {
	switch v := v.(type) {
	case string:
		return kind == "string" || kind == "list"
	case float64:
		return kind == "float" || kind == "decimal" || (kind == "integer" || kind == "date" || kind == "datetime") && v == float64(int64(v))
	case bool:
		return kind == "boolean"
	}
	return false
}
