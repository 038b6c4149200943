package zendesktest

import (
	"fmt"
	"maps"
	"strings"
)

// Set puts a thing there as people at work would, without a request: kind is the
// name of its list (users, organizations, groups, ticket_fields, user_fields,
// organization_fields), given what an answer would say of it. It returns its id.
func (a *Account) Set(kind string, given map[string]any) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := jsonOf(given).(obj)
	switch kind {
	case "users":
		return a.makeUser(withSkip(in)).id
	case "organizations":
		r := a.add(kind, newOrganization(nil))
		a.setOrganization(r, in)
		return r.id
	case "groups":
		return a.add(kind, merged(obj{"name": "", "description": "", "default": false, "deleted": false, "is_public": true}, in)).id
	}
	return a.add(kind, newField(in)).id
}

func withSkip(in obj) obj { return merged(in, obj{"skip_verify_email": true}) }

func merged(all ...obj) obj {
	out := obj{}
	for _, o := range all {
		maps.Copy(out, o)
	}
	return out
}

// newField is a field that somebody made: title, type, key and options are given.
func newField(in obj) obj {
	f := merged(obj{"active": true, "removable": true, "description": "", "position": 9, "required": false, "tag": nil, "system": false}, in)
	f["raw_title"] = f["title"]
	if f["key"] == nil {
		f["key"] = strings.ToLower(text(f["title"]))
	}
	return f
}

// SetTicket puts a ticket there with its comments, as people at work would, and
// sends nobody an e-mail. Given and comments say what an import would.
func (a *Account) SetTicket(given map[string]any, comments ...map[string]any) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := jsonOf(given).(obj)
	r := a.add("tickets", newTicket())
	a.setTicket(r, in)
	for _, key := range []string{"created_at", "via", "satisfaction_rating", "description", "subject"} {
		if v, said := in[key]; said {
			r.data[key] = v
		}
	}
	for _, given := range comments {
		a.say(r, jsonOf(given).(obj))
	}
	return r.id
}

func (a *Account) say(r *row, in obj) obj {
	at := stampOf(a.now())
	if t, said := moment(in["created_at"]); said {
		at = stampOf(t)
	}
	m := a.addComment(r, in, number(r.data["requester_id"]), at)
	for _, key := range []string{"via", "metadata", "type", "data"} {
		if v, said := in[key]; said {
			m[key] = v
		}
	}
	return m
}

// Say adds a comment to a ticket.
func (a *Account) Say(ticket int64, given map[string]any) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.tables["tickets"].get(ticket)
	m := a.say(r, jsonOf(given).(obj))
	a.touch(r)
	return number(m["id"])
}

// Attach puts a file to the last comment of a ticket and returns its address.
func (a *Account) Attach(ticket int64, name, kind string, b []byte, inline bool) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.addFile(name, kind, b, inline)
	list := a.comments[ticket]
	last := list[len(list)-1]
	last["attachments"] = append(last["attachments"].([]obj), f.data)
	return text(f.data["content_url"])
}

// Change changes what stands: the keys of an answer. Delete says that it is gone,
// Archive that it is in no list any more.
func (a *Account) Change(kind string, id int64, given map[string]any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.tables[kind].get(id)
	in := jsonOf(given).(obj)
	switch kind {
	case "users":
		a.setUser(r, in)
	case "organizations":
		a.setOrganization(r, in)
	case "tickets":
		a.setTicket(r, in)
	default:
		maps.Copy(r.data, in)
	}
	a.touch(r)
}

// Delete takes a thing away.
func (a *Account) Delete(kind string, id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.tables[kind].get(id)
	a.touch(r)
	r.gone = true
	switch kind {
	case "users":
		r.data["active"] = false
	case "organizations":
		r.data["deleted_at"] = stampOf(a.now())
	case "groups":
		r.data["deleted"] = true
	}
}

// Archive puts a ticket into the archive.
func (a *Account) Archive(ticket int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.tables["tickets"].get(ticket)
	r.data["status"], r.data["zendesktest_archived"] = "closed", true
	a.touch(r)
}

// Merge merges a ticket into another, as people do. That the one is closed and tagged,
// and that both say in a private comment what happened, is how it was seen in the
// field; doubtful.
func (a *Account) Merge(ticket, into int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one, other := a.tables["tickets"].get(ticket), a.tables["tickets"].get(into)
	a.say(one, obj{"body": fmt.Sprintf("This request was closed and merged into request #%d %q.", into, text(other.data["subject"])), "public": false})
	a.say(other, obj{"body": fmt.Sprintf("Request #%d %q was closed and merged into this request.", ticket, text(one.data["subject"])), "public": false})
	tags, _ := one.data["tags"].([]string)
	one.data["tags"] = append(append([]string{}, tags...), "closed_by_merge")
	a.setTicket(one, obj{"status": "closed"})
	a.touch(one)
	a.touch(other)
}

// Ticket is a ticket as an answer would tell it, with its comments; nil if there is
// none.
func (a *Account) Ticket(id int64) (map[string]any, []map[string]any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.tables["tickets"].get(id)
	if r == nil {
		return nil, nil
	}
	var comments []map[string]any
	for _, m := range a.comments[id] {
		comments = append(comments, jsonOf(m).(obj))
	}
	return jsonOf(a.shown("tickets", r)).(obj), comments
}

// Tickets are the ids of the tickets that stand.
func (a *Account) Tickets() (ids []int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.tables["tickets"].all() {
		ids = append(ids, r.id)
	}
	return ids
}

// Users are the users that stand, as an answer would tell them.
func (a *Account) Users() (out []map[string]any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.tables["users"].all() {
		out = append(out, jsonOf(r.data).(obj))
	}
	return out
}
