package zendesktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

func newTicket() obj {
	return obj{
		"external_id": nil, "via": via("api"), "type": nil, "subject": "", "raw_subject": "", "description": "", "priority": nil, "status": "open",
		"recipient": nil, "requester_id": nil, "submitter_id": nil, "assignee_id": nil, "organization_id": nil, "group_id": nil, "collaborator_ids": []int64{},
		"follower_ids": []int64{}, "email_cc_ids": []int64{}, "forum_topic_id": nil, "problem_id": nil, "has_incidents": false, "is_public": true,
		"due_at": nil, "tags": []string{}, "custom_fields": []obj{}, "fields": []obj{}, "satisfaction_rating": nil, "sharing_agreement_ids": []int64{},
		"custom_status_id": nil, "followup_ids": []int64{}, "ticket_form_id": nil, "brand_id": nil, "allow_channelback": false, "allow_attachments": true,
		"from_messaging_channel": false,
	}
}

func via(channel string) obj {
	return obj{"channel": channel, "source": obj{"from": obj{}, "to": obj{}, "rel": nil}}
}

var (
	statuses   = []string{"new", "open", "pending", "hold", "solved", "closed"}
	priorities = []string{"urgent", "high", "normal", "low"}
	types      = []string{"problem", "incident", "question", "task"}
)

// checkTicket is what is wrong with what a write says of a ticket.
func (a *Account) checkTicket(in obj) (bad []invalid) {
	for _, key := range []string{"requester_id", "assignee_id", "submitter_id"} {
		if id := number(in[key]); id != 0 {
			u := a.tables["users"].get(id)
			if u == nil || key == "assignee_id" && text(u.data["role"]) == "end-user" {
				name := strings.TrimSuffix(key, "_id")
				bad = append(bad, invalid{name, strings.ToUpper(name[:1]) + name[1:] + ": is invalid"})
			}
		}
	}
	if id := number(in["group_id"]); id != 0 && a.tables["groups"].get(id) == nil {
		bad = append(bad, invalid{"group", "Group: is invalid"})
	}
	for key, allowed := range map[string][]string{"status": statuses, "priority": priorities, "type": types} {
		if v := text(in[key]); v != "" && !slices.Contains(allowed, v) {
			bad = append(bad, invalid{key, fmt.Sprintf("%s: is not a valid value", key)})
		}
	}
	return bad
}

// setTicket takes over what a write says.
func (a *Account) setTicket(r *row, in obj) {
	before := text(r.data["status"])
	defer func() { a.audit(r, before) }()
	for _, key := range []string{"external_id", "type", "priority", "status", "due_at", "recipient"} {
		if v, said := in[key]; said {
			if v == "" {
				v = nil
			}
			r.data[key] = v
		}
	}
	if v, said := in["subject"]; said {
		r.data["subject"], r.data["raw_subject"] = v, v
	}
	for _, key := range []string{"requester_id", "submitter_id", "assignee_id", "group_id", "organization_id", "brand_id", "ticket_form_id", "problem_id", "custom_status_id"} {
		if v, said := in[key]; said {
			if r.data[key] = number(v); number(v) == 0 {
				r.data[key] = nil
			}
		}
	}
	if v, said := in["tags"]; said {
		r.data["tags"] = a.tagsOf(v)
	}
	for _, key := range []string{"follower_ids", "email_cc_ids", "collaborator_ids"} {
		if list, said := in[key].([]any); said {
			r.data[key] = numbers(list)
		}
	}
	for key, list := range map[string]string{"followers": "follower_ids", "email_ccs": "email_cc_ids"} {
		if changes, said := in[key].([]any); said {
			r.data[list] = changedPeople(r.data[list].([]int64), changes)
		}
	}
	r.data["collaborator_ids"] = slices.Concat(r.data["follower_ids"].([]int64), r.data["email_cc_ids"].([]int64))
	if list, said := in["custom_fields"].([]any); said {
		a.setTicketFields(r, list)
	}
}

func changedPeople(have []int64, changes []any) []int64 {
	for _, ch := range changes {
		o, _ := ch.(obj)
		id := number(o["user_id"])
		have = slices.DeleteFunc(slices.Clone(have), func(n int64) bool { return n == id })
		if text(o["action"]) != "delete" {
			have = append(have, id)
		}
	}
	return have
}

func numbers(list []any) []int64 {
	out := []int64{}
	for _, v := range list {
		out = append(out, number(v))
	}
	return out
}

// setTicketFields takes over the values of fields that there are; the others are
// null.
func (a *Account) setTicketFields(r *row, list []any) {
	said := map[int64]any{}
	old, _ := r.data["custom_fields"].([]obj)
	for _, f := range old {
		said[number(f["id"])] = f["value"]
	}
	for _, item := range list {
		o, _ := item.(obj)
		said[number(o["id"])] = o["value"]
	}
	all := []obj{}
	for _, f := range a.tables["ticket_fields"].all() {
		if f.data["removable"] == true {
			all = append(all, obj{"id": f.id, "value": said[f.id]})
		}
	}
	r.data["custom_fields"], r.data["fields"] = all, all
}

func clone(o obj) obj {
	out := obj{}
	for k, v := range o {
		out[k] = v
	}
	return out
}

// createTicket makes one as people at work do: with triggers and e-mails.
func (a *Account) createTicket(c *call) reply {
	in, _ := c.input["ticket"].(obj)
	comment, _ := in["comment"].(obj)
	bad := a.checkTicket(in)
	if strings.TrimSpace(text(comment["body"])+text(comment["html_body"])) == "" {
		bad = append(bad, invalid{"base", "Description: cannot be blank"})
	}
	if len(bad) > 0 {
		return refuse(bad...)
	}
	r := a.add("tickets", newTicket())
	r.data["requester_id"], r.data["submitter_id"] = c.user.id, c.user.id
	a.setTicket(r, in)
	a.addComment(r, comment, number(r.data["requester_id"]), stampOf(a.now()))
	a.notify(r, comment, "created")
	return reply{status: http.StatusCreated, body: obj{"ticket": a.shown("tickets", r)}}
}

func (a *Account) updateTicket(c *call) reply {
	r := a.tables["tickets"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	in, _ := c.input["ticket"].(obj)
	comment, commented := in["comment"].(obj)
	bad := a.checkTicket(in)
	if text(r.data["status"]) == "closed" {
		bad = append(bad, invalid{"status", "Status: closed prevents ticket update"})
	}
	if commented && strings.TrimSpace(text(comment["body"])+text(comment["html_body"])) == "" {
		bad = append(bad, invalid{"base", "Comment: cannot be blank"})
	}
	if author := number(comment["author_id"]); author != 0 && a.tables["users"].get(author) == nil {
		bad = append(bad, invalid{"base", "Author: is invalid"})
	}
	if len(bad) > 0 {
		return refuse(bad...)
	}
	if in["safe_update"] == true && text(in["updated_stamp"]) < text(r.data["updated_at"]) {
		return reply{status: http.StatusConflict, body: obj{"error": "UpdateConflict", "description": "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again."}}
	}
	a.setTicket(r, in)
	a.touch(r)
	audit := obj{"id": a.nextID + 500_000_000, "ticket_id": r.id, "created_at": stampOf(a.now()), "author_id": c.user.id, "events": []obj{}}
	if commented {
		m := a.addComment(r, comment, c.user.id, stampOf(a.now()))
		if custom, said := in["metadata"].(obj); said {
			m["metadata"] = obj{"system": obj{}, "custom": custom}
		}
		audit["id"] = m["audit_id"]
		audit["events"] = []obj{{"id": m["id"], "type": "Comment", "author_id": m["author_id"], "body": m["body"], "html_body": m["html_body"], "plain_body": m["plain_body"], "public": m["public"], "attachments": m["attachments"], "audit_id": m["audit_id"]}}
	}
	a.notify(r, comment, "updated")
	return ok(obj{"ticket": a.shown("tickets", r), "audit": audit})
}

func (a *Account) deleteTicket(c *call) reply {
	r := a.tables["tickets"].get(c.id("id"))
	if r == nil {
		return notFound()
	}
	a.touch(r)
	r.gone = true
	return reply{status: http.StatusNoContent}
}

// deletedTickets are those of the last thirty days.
func (a *Account) deletedTickets(c *call) reply {
	all := []obj{}
	for _, id := range a.tables["tickets"].ids {
		r := a.tables["tickets"].rows[id]
		if r.gone && a.now().Sub(time.Unix(r.stamp, 0)) < 30*24*time.Hour && r.data["zendesktest_archived"] == nil {
			all = append(all, obj{"id": r.id, "subject": r.data["subject"], "deleted_at": r.data["updated_at"], "previous_state": r.data["status"], "actor": obj{"id": 1, "name": "Admin"}})
		}
	}
	return a.page(c, "deleted_tickets", all)
}

func (a *Account) listRatings(c *call) reply { return a.page(c, "satisfaction_ratings", a.ratings) }

// jsonOf turns what a test gives into what an answer would hold.
func jsonOf(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}
