package zendesktest

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
)

func (a *Account) addIdentity(u *row, kind, value string, primary bool) *row {
	if kind == "email" {
		value = strings.ToLower(value)
	}
	return a.add("identities", obj{"user_id": u.id, "type": kind, "value": value, "primary": primary, "verified": false, "undeliverable_count": 0, "deliverable_state": "deliverable"})
}

func (a *Account) identitiesOf(user int64) (out []*row) {
	for _, i := range a.tables["identities"].all() {
		if number(i.data["user_id"]) == user {
			out = append(out, i)
		}
	}
	return out
}

func (a *Account) listIdentities(c *call) reply {
	if a.tables["users"].rows[c.id("id")] == nil {
		return notFound()
	}
	all := []obj{}
	for _, i := range a.identitiesOf(c.id("id")) {
		all = append(all, i.data)
	}
	return a.page(c, "identities", all)
}

func (a *Account) createIdentity(c *call) reply {
	u := a.tables["users"].get(c.id("id"))
	if u == nil {
		return notFound()
	}
	in, _ := c.input["identity"].(obj)
	value := text(in["value"])
	if text(in["type"]) == "email" && a.userBy("email", value) != nil {
		return refuse(invalid{"value", fmt.Sprintf("Value: %s is already being used by another user", value)})
	}
	if value == "" {
		return refuse(invalid{"value", "Value: cannot be blank"})
	}
	i := a.addIdentity(u, text(in["type"]), value, false)
	if text(in["type"]) == "email" && in["skip_verify_email"] != true {
		a.mail(value, "please verify your address")
	}
	a.touch(u)
	return reply{status: http.StatusCreated, body: obj{"identity": i.data}}
}

func (a *Account) identity(c *call) (u, i *row) {
	u, i = a.tables["users"].get(c.id("id")), a.tables["identities"].get(c.id("identity"))
	if u == nil || i == nil || number(i.data["user_id"]) != u.id {
		return nil, nil
	}
	return u, i
}

func (a *Account) deleteIdentity(c *call) reply {
	u, i := a.identity(c)
	if i == nil {
		return notFound()
	}
	if i.data["primary"] == true {
		return refuse(invalid{"base", "Primary identity cannot be deleted"})
	}
	i.gone = true
	a.touch(u)
	return reply{status: http.StatusNoContent}
}

func (a *Account) makePrimary(c *call) reply {
	u, i := a.identity(c)
	if i == nil {
		return notFound()
	}
	all := []obj{}
	for _, other := range a.identitiesOf(u.id) {
		if text(other.data["type"]) == text(i.data["type"]) {
			other.data["primary"] = other == i
		}
		all = append(all, other.data)
	}
	if text(i.data["type"]) == "email" {
		u.data["email"] = i.data["value"]
	}
	a.touch(u)
	return ok(obj{"identities": all})
}

func newOrganization(given obj) obj {
	o := obj{
		"name": "", "shared_tickets": false, "shared_comments": false, "external_id": nil, "domain_names": []string{}, "details": nil, "notes": nil,
		"group_id": nil, "tags": []string{}, "organization_fields": obj{}, "deleted_at": nil,
	}
	maps.Copy(o, given)
	return o
}

func (a *Account) checkOrganization(in obj, old *row) (bad []invalid) {
	name, named := in["name"]
	if old == nil && strings.TrimSpace(text(name)) == "" || named && strings.TrimSpace(text(name)) == "" {
		bad = append(bad, invalid{"name", "Name: cannot be blank"})
	}
	for _, r := range a.tables["organizations"].all() {
		if r != old && strings.EqualFold(text(r.data["name"]), text(name)) {
			bad = append(bad, invalid{"name", "Name: " + text(name) + " has already been taken"})
		}
		if id := text(in["external_id"]); r != old && id != "" && strings.EqualFold(text(r.data["external_id"]), id) {
			bad = append(bad, invalid{"external_id", "External has already been taken"})
		}
	}
	return bad
}

func (a *Account) setOrganization(r *row, in obj) {
	for _, key := range []string{"name", "external_id", "details", "notes", "group_id"} {
		if v, said := in[key]; said {
			r.data[key] = v
		}
	}
	for _, key := range []string{"domain_names", "tags"} {
		if v, said := in[key]; said {
			r.data[key] = texts(v)
		}
	}
	if fields, said := in["organization_fields"].(obj); said {
		r.data["organization_fields"] = a.custom("organization_fields", r.data["organization_fields"], fields)
	}
}

func (a *Account) createOrganization(c *call) reply {
	in, _ := c.input["organization"].(obj)
	if bad := a.checkOrganization(in, nil); len(bad) > 0 {
		return refuse(bad...)
	}
	r := a.add("organizations", newOrganization(nil))
	a.setOrganization(r, in)
	return reply{status: http.StatusCreated, body: obj{"organization": r.data}}
}

// createOrUpdateOrganization finds one by id or external id, never by its name.
func (a *Account) createOrUpdateOrganization(c *call) reply {
	in, _ := c.input["organization"].(obj)
	for _, r := range a.tables["organizations"].all() {
		if id := text(in["external_id"]); number(in["id"]) == r.id || id != "" && strings.EqualFold(text(r.data["external_id"]), id) {
			return a.updated(r, in)
		}
	}
	return a.createOrganization(c)
}

func (a *Account) updated(r *row, in obj) reply {
	if bad := a.checkOrganization(in, r); len(bad) > 0 {
		return refuse(bad...)
	}
	a.setOrganization(r, in)
	a.touch(r)
	return ok(obj{"organization": r.data})
}

func (a *Account) updateOrganization(c *call) reply {
	r := a.tables["organizations"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	in, _ := c.input["organization"].(obj)
	return a.updated(r, in)
}

func (a *Account) deleteOrganization(c *call) reply {
	r := a.tables["organizations"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	a.touch(r)
	r.gone, r.data["deleted_at"], r.data["external_id"] = true, stampOf(a.now()), nil
	for _, u := range a.tables["users"].all() {
		if number(u.data["organization_id"]) == r.id {
			u.data["organization_id"] = nil
			a.touch(u)
		}
	}
	return reply{status: http.StatusNoContent}
}

func (a *Account) searchOrganizations(c *call) reply {
	found, q := []obj{}, c.URL.Query()
	for _, r := range a.tables["organizations"].all() {
		if id := q.Get("external_id"); id != "" && text(r.data["external_id"]) == id || id == "" && strings.EqualFold(text(r.data["name"]), q.Get("name")) {
			found = append(found, r.data)
		}
	}
	return a.page(c, "organizations", found)
}

func (a *Account) createGroup(c *call) reply {
	in, _ := c.input["group"].(obj)
	if strings.TrimSpace(text(in["name"])) == "" {
		return refuse(invalid{"name", "Name: cannot be blank"})
	}
	r := a.add("groups", obj{"name": text(in["name"]), "description": text(in["description"]), "default": false, "deleted": false, "is_public": true})
	return reply{status: http.StatusCreated, body: obj{"group": r.data}}
}

func (a *Account) updateGroup(c *call) reply {
	r := a.tables["groups"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	in, _ := c.input["group"].(obj)
	for _, key := range []string{"name", "description"} {
		if v, said := in[key]; said {
			r.data[key] = v
		}
	}
	a.touch(r)
	return ok(obj{"group": r.data})
}

func (a *Account) deleteGroup(c *call) reply {
	r := a.tables["groups"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	a.touch(r)
	r.gone, r.data["deleted"] = true, true
	for _, m := range a.tables["group_memberships"].all() {
		m.gone = m.gone || number(m.data["group_id"]) == r.id
	}
	return reply{status: http.StatusNoContent}
}

func (a *Account) createMembership(c *call) reply {
	in, _ := c.input["group_membership"].(obj)
	u, g := a.tables["users"].get(number(in["user_id"])), a.tables["groups"].get(number(in["group_id"]))
	switch {
	case u == nil || text(u.data["role"]) == "end-user":
		return refuse(invalid{"user", "User: is not an agent"})
	case g == nil:
		return refuse(invalid{"group", "Group: is invalid"})
	}
	for _, m := range a.tables["group_memberships"].all() {
		if number(m.data["user_id"]) == u.id && number(m.data["group_id"]) == g.id {
			return refuse(invalid{"user_id", "User has already been taken"})
		}
	}
	m := a.add("group_memberships", obj{"user_id": u.id, "group_id": g.id, "default": false})
	return reply{status: http.StatusCreated, body: obj{"group_membership": m.data}}
}

func (a *Account) deleteMembership(c *call) reply {
	r := a.tables["group_memberships"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	r.gone = true
	return reply{status: http.StatusNoContent}
}
