package zendesktest

import (
	"fmt"
	"slices"
)

// Mail is an e-mail that the account sent to somebody.
type Mail struct {
	To, Why string
	Ticket  int64
}

// String is the mail in a line.
func (m Mail) String() string { return fmt.Sprintf("to %s: %s (ticket %d)", m.To, m.Why, m.Ticket) }

// Outbox lists the e-mails that were sent so far.
func (a *Account) Outbox() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, m := range a.outbox {
		out = append(out, m.String())
	}
	return out
}

// Quiet does what an administrator does before a move changes tickets that stand:
// every trigger that notifies is switched off, and so are the e-mails to people in
// copy and to followers.
func (a *Account) Quiet() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.quiet = true
	for _, r := range a.tables["triggers"].all() {
		r.data["active"] = false
	}
}

// Loud switches one trigger on again.
func (a *Account) Loud() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tables["triggers"].all()[0].data["active"] = true
}

// addTriggers makes those that every account begins with.
func (a *Account) addTriggers() {
	for _, t := range []struct{ title, field, to string }{
		{"Notify requester and CCs of received request", "notification_user", "requester_and_ccs"},
		{"Notify requester and CCs of comment update", "notification_user", "requester_and_ccs"},
		{"Notify assignee of assignment", "notification_user", "assignee_id"},
		{"Set the priority of VIPs", "priority", "high"},
	} {
		a.add("triggers", obj{
			"title": t.title, "raw_title": t.title, "active": true, "position": 1, "conditions": obj{"all": []obj{}, "any": []obj{}}, "description": nil,
			"actions": []obj{{"field": t.field, "value": []string{t.to, "subject", "body"}}}, "category_id": "1", "default": false,
		})
	}
}

func (a *Account) activeTriggers(c *call) reply {
	all := []obj{}
	for _, r := range a.tables["triggers"].all() {
		if r.data["active"] == true {
			all = append(all, r.data)
		}
	}
	return a.page(c, "triggers", all)
}

func (a *Account) mail(to, why string) { a.outbox = append(a.outbox, Mail{To: to, Why: why}) }

// notify sends the e-mails that a new or changed ticket causes: to requester and
// people in copy by triggers, and to followers by themselves.
func (a *Account) notify(r *row, comment obj, what string) {
	triggered := slices.ContainsFunc(a.tables["triggers"].all(), func(t *row) bool {
		actions, _ := t.data["actions"].([]obj)
		return t.data["active"] == true && len(actions) > 0 && text(actions[0]["field"]) == "notification_user"
	})
	public := comment == nil || comment["public"] != false
	if triggered && public {
		a.tell(r, "a trigger tells that the ticket was "+what, append([]int64{number(r.data["requester_id"])}, r.data["email_cc_ids"].([]int64)...))
	}
	if triggered {
		a.tell(r, "a trigger tells the assignee", []int64{number(r.data["assignee_id"])})
	}
	if !a.quiet && comment != nil {
		a.tell(r, "followers are told of each comment", r.data["follower_ids"].([]int64))
	}
}

func (a *Account) tell(r *row, why string, users []int64) {
	for _, id := range users {
		if u := a.tables["users"].get(id); u != nil && u.data["email"] != nil {
			a.outbox = append(a.outbox, Mail{To: text(u.data["email"]), Why: why, Ticket: r.id})
		}
	}
}
