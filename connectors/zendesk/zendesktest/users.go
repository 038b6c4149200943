package zendesktest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// newUser is a user with all that an answer tells of one.
func newUser(given obj) obj {
	u := obj{
		"name": "", "email": nil, "time_zone": "UTC", "iana_time_zone": "Etc/UTC", "phone": nil, "shared_phone_number": nil, "photo": nil, "locale_id": 1,
		"locale": "en-US", "organization_id": nil, "role": "end-user", "verified": false, "external_id": nil, "tags": []string{}, "alias": "", "active": true,
		"shared": false, "shared_agent": false, "last_login_at": nil, "two_factor_auth_enabled": nil, "signature": nil, "details": "", "notes": "",
		"role_type": nil, "custom_role_id": nil, "moderator": false, "ticket_restriction": nil, "only_private_comments": false, "restricted_agent": false,
		"suspended": false, "default_group_id": nil, "report_csv": false, "user_fields": obj{},
	}
	maps.Copy(u, given)
	return u
}

// userKeys are what a write may set of a user.
var userKeys = []string{"name", "email", "time_zone", "phone", "locale", "organization_id", "role", "external_id", "tags", "alias", "signature", "details", "notes", "custom_role_id", "suspended", "verified"}

func (a *Account) userBy(key, value string) *row {
	if value == "" {
		return nil
	}
	for _, r := range a.tables["users"].all() {
		if strings.EqualFold(text(r.data[key]), value) {
			return r
		}
	}
	if key != "email" {
		return nil
	}
	for _, i := range a.tables["identities"].all() {
		if text(i.data["type"]) == "email" && strings.EqualFold(text(i.data["value"]), value) {
			return a.tables["users"].get(number(i.data["user_id"]))
		}
	}
	return nil
}

// checkUser is what is wrong with what a write says of a user; old is nil for a new
// one.
func (a *Account) checkUser(in obj, old *row) (bad []invalid) {
	_, names := in["name"]
	if strings.TrimSpace(text(in["name"])) == "" && (old == nil || names) {
		bad = append(bad, invalid{"name", "Name: is too short (minimum one character)"})
	}
	mail := text(in["email"])
	if mail != "" && (strings.Count(mail, "@") != 1 || strings.ContainsAny(mail, " ,;<>")) {
		bad = append(bad, invalid{"email", fmt.Sprintf("Email: %s is not properly formatted", mail)})
	}
	if other := a.userBy("email", mail); other != nil && other != old {
		bad = append(bad, invalid{"email", fmt.Sprintf("Email: %s is already being used by another user", mail)})
	}
	if other := a.userBy("external_id", text(in["external_id"])); other != nil && other != old {
		bad = append(bad, invalid{"external_id", "External has already been taken"})
	}
	if list, said := in["identities"].([]any); said {
		for _, i := range list {
			o, _ := i.(obj)
			if other := a.userBy("email", text(o["value"])); text(o["type"]) == "email" && other != nil && other != old {
				bad = append(bad, invalid{"identities", fmt.Sprintf("Email: %s is already being used by another user", o["value"])})
			}
		}
	}
	if org := number(in["organization_id"]); org != 0 && a.tables["organizations"].get(org) == nil {
		bad = append(bad, invalid{"organization", "Organization: is invalid"})
	}
	return bad
}

// setUser takes over what a write says.
func (a *Account) setUser(r *row, in obj) {
	for _, key := range userKeys {
		v, said := in[key]
		switch {
		case !said:
		case key == "email" && r.data["email"] != nil && text(v) != text(r.data["email"]):
			a.addIdentity(r, "email", text(v), false) // it becomes a second one
		case key == "organization_id" && number(v) == 0:
			r.data[key] = nil
		case key == "organization_id":
			r.data[key] = number(v)
		case key == "tags":
			r.data[key] = texts(v)
		case key == "locale" && a.o.Locales != nil && !slices.Contains(a.o.Locales, text(v)): // it stays as it is
		case key == "email" && text(v) != "":
			r.data[key] = strings.ToLower(text(v))
		case v == "" && key == "phone":
			r.data[key] = nil
		default:
			r.data[key] = v
		}
	}
	if fields, said := in["user_fields"].(obj); said {
		r.data["user_fields"] = a.custom("user_fields", r.data["user_fields"], fields)
	}
}

// custom takes over custom fields by their keys. Unknown ones are left out.
func (a *Account) custom(kind string, old any, in obj) obj {
	out := obj{}
	if was, is := old.(obj); is {
		maps.Copy(out, was)
	}
	for key, v := range in {
		for _, f := range a.tables[kind].all() {
			if text(f.data["key"]) == key {
				out[key] = v
			}
		}
	}
	return out
}

func (a *Account) makeUser(in obj) *row {
	r := a.add("users", newUser(nil))
	a.setUser(r, in)
	if r.data["email"] != nil {
		a.addIdentity(r, "email", text(r.data["email"]), true)
	}
	if list, said := in["identities"].([]any); said {
		for _, i := range list {
			o, _ := i.(obj)
			a.addIdentity(r, text(o["type"]), text(o["value"]), false)
		}
	}
	if in["skip_verify_email"] != true && r.data["email"] != nil {
		a.mail(text(r.data["email"]), "please verify your address")
	}
	return r
}

func (a *Account) createUser(c *call) reply {
	in, _ := c.input["user"].(obj)
	if bad := a.checkUser(in, nil); len(bad) > 0 {
		return refuse(bad...)
	}
	return a.createdUser(a.makeUser(in), http.StatusCreated)
}

func (a *Account) createdUser(r *row, status int) reply {
	return reply{status: status, header: http.Header{"Location": {text(r.data["url"])}}, body: obj{"user": r.data}}
}

// createOrUpdateUser finds a user by external id or address, whatever their case,
// and overwrites what it is given.
func (a *Account) createOrUpdateUser(c *call) reply {
	in, _ := c.input["user"].(obj)
	r := a.userBy("external_id", text(in["external_id"]))
	if r == nil {
		r = a.userBy("email", text(in["email"]))
	}
	if r == nil {
		return a.createUser(c)
	}
	if bad := a.checkUser(in, r); len(bad) > 0 {
		return refuse(bad...)
	}
	a.setUser(r, in)
	a.touch(r)
	return a.createdUser(r, http.StatusOK)
}

func (a *Account) createManyUsers(c *call) reply {
	if a.o.NoBulkUsers {
		return reply{status: http.StatusForbidden, body: obj{"error": "Forbidden", "description": "Bulk user imports are not enabled for this account"}}
	}
	list, _ := c.input["users"].([]any)
	if len(list) > 100 {
		return tooMany(len(list))
	}
	var results []obj
	for i, item := range list {
		in, _ := item.(obj)
		out := a.createOrUpdateUser(&call{Request: c.Request, user: c.user, input: obj{"user": in}})
		results = append(results, result(i, out, "user"))
	}
	return a.start1(results)
}

func (a *Account) updateUser(c *call) reply {
	r := a.tables["users"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	in, _ := c.input["user"].(obj)
	if bad := a.checkUser(in, r); len(bad) > 0 {
		return refuse(bad...)
	}
	a.setUser(r, in)
	a.touch(r)
	return ok(obj{"user": r.data})
}

// showRelated counts the tickets of a user that stand.
func (a *Account) showRelated(c *call) reply {
	u := a.tables["users"].get(c.id("id"))
	if u == nil {
		return notFound()
	}
	n := map[string]int{}
	for _, t := range a.tables["tickets"].all() {
		for name, key := range map[string]string{"requested_tickets": "requester_id", "assigned_tickets": "assignee_id"} {
			if !t.gone && number(t.data[key]) == u.id {
				n[name]++
			}
		}
	}
	return ok(obj{"user_related": obj{"requested_tickets": n["requested_tickets"], "assigned_tickets": n["assigned_tickets"], "ccd_tickets": 0, "organization_subscriptions": 0}})
}

func (a *Account) deleteUser(c *call) reply {
	r := a.tables["users"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	a.touch(r)
	r.gone, r.data["active"], r.data["external_id"] = true, false, nil
	for _, kind := range []string{"identities", "group_memberships"} {
		for _, i := range a.tables[kind].all() {
			i.gone = i.gone || number(i.data["user_id"]) == r.id
		}
	}
	return ok(obj{"user": r.data})
}

func (a *Account) searchUsers(c *call) reply {
	found, q := []obj{}, c.URL.Query()
	external, query := q.Get("external_id"), q.Get("query")
	for _, r := range a.tables["users"].all() {
		switch {
		case external != "" && strings.EqualFold(text(r.data["external_id"]), external):
			found = append(found, r.data) // by the database, without a lag
		case external == "" && query != "" && a.visible(r) && a.userMatches(r, query):
			found = append(found, r.data)
		}
	}
	return a.page(c, "users", found)
}

// userMatches understands email:ADDRESS, quoted or not, and any word of a name.
func (a *Account) userMatches(r *row, query string) bool {
	if mail, keyed := strings.CutPrefix(query, "email:"); keyed {
		return a.userBy("email", strings.Trim(mail, `"`)) == r
	}
	return strings.Contains(strings.ToLower(text(r.data["name"])+" "+text(r.data["email"])), strings.ToLower(query))
}

func (a *Account) showManyUsers(c *call) reply {
	found, q := []obj{}, c.URL.Query()
	for _, id := range strings.Split(q.Get("ids"), ",") {
		if r := a.tables["users"].rows[number(id)]; r != nil {
			found = append(found, r.data)
		}
	}
	for _, id := range strings.Split(q.Get("external_ids"), ",") {
		if r := a.userBy("external_id", id); r != nil {
			found = append(found, r.data)
		}
	}
	return ok(obj{"users": found, "count": len(found), "next_page": nil, "previous_page": nil})
}

func texts(v any) []string {
	out := []string{}
	list, _ := v.([]any)
	for _, item := range list {
		out = append(out, strings.Fields(text(item))...) // doubtful: white space parts tags
	}
	return out
}

// tagsOf are tags as the account keeps them.
func (a *Account) tagsOf(v any) []string {
	all := texts(v)
	for i := range all {
		if a.o.Tag != nil {
			all[i] = a.o.Tag(all[i])
		}
	}
	return all
}

// listLocales lists the languages of the account
// (https://developer.zendesk.com/api-reference/ticketing/account-configuration/locales/#list-locales).
func (a *Account) listLocales(*call) reply {
	list := []obj{}
	for i, name := range a.o.Locales {
		list = append(list, obj{"id": i + 1, "locale": name, "name": name, "default": i == 0})
	}
	return ok(obj{"locales": list, "count": len(list), "next_page": nil, "previous_page": nil})
}
