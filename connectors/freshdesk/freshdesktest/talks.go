package freshdesktest

import (
	"net/http"
	"slices"
)

var noteFields = map[string]sort{"body": aText, "private": aBool, "incoming": aBool, "user_id": aNumber, "notify_emails": texts}

// note adds a note. It mails nobody but those in notify_emails.
func (x *exchange) note(t *ticket) {
	if x.r.Method != http.MethodPost {
		x.notAllowed()
		return
	}
	a := &x.s.account
	wrong := x.check(noteFields)
	if x.text("body") == "" {
		wrong = append(wrong, mistake{Field: "body", Message: "It should be a/an String", Code: "missing_field"})
	}
	user := a.agents[0].id
	if x.has("user_id") {
		user = x.number("user_id")
		_, agent := a.agent(user)
		if _, contact := a.contact(user); !agent && (!contact || x.s.NoContactNotes) {
			wrong = append(wrong, mistake{Field: "user_id", Message: "There is no contact matching the given user_id", Code: "invalid_value"})
		}
	}
	ids, tooMuch := x.uploads(t.allFiles())
	if wrong = append(wrong, tooMuch...); len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	private := true
	if b, ok := x.in["private"].(bool); ok {
		private = b
	}
	incoming, _ := x.in["incoming"].(bool)
	now := x.s.now()
	k := &talk{id: a.next(), user: user, source: 2, html: x.text("body"), incoming: incoming, private: private, to: x.texts("notify_emails"), files: ids, made: now, changed: now}
	t.talks, t.changed = append(t.talks, k), now
	for _, mail := range k.to {
		x.s.mail(mail, "a note in ticket %d", t.id)
	}
	x.json(http.StatusCreated, x.s.talkRow(t, k))
}

func (t *ticket) allFiles() []int64 {
	all := slices.Clone(t.files)
	for _, k := range t.talks {
		all = append(all, k.files...)
	}
	return all
}

// reply answers the requester: whatever is set, this sends a mail.
func (x *exchange) reply(t *ticket) {
	if x.r.Method != http.MethodPost {
		x.notAllowed()
		return
	}
	wrong := x.check(map[string]sort{"body": aText, "from_email": aText, "user_id": aNumber, "cc_emails": texts, "bcc_emails": texts})
	if x.text("body") == "" {
		wrong = append(wrong, mistake{Field: "body", Message: "It should be a/an String", Code: "missing_field"})
	}
	if len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	now := x.s.now()
	k := &talk{id: x.s.account.next(), user: x.s.account.agents[0].id, html: x.text("body"), cc: x.texts("cc_emails"), bcc: x.texts("bcc_emails"), made: now, changed: now}
	k.to = []string{x.s.account.address(t.requester)}
	t.talks, t.changed = append(t.talks, k), now
	for _, mail := range slices.Concat(k.to, k.cc, k.bcc) {
		x.s.mail(mail, "a reply in ticket %d", t.id)
	}
	x.json(http.StatusCreated, x.s.talkRow(t, k))
}

// conversation changes or deletes a note; replies stay as they were sent.
func (x *exchange) conversation(which string) {
	t, k := x.s.account.talk(id(which))
	switch {
	case k == nil:
		x.gone()
	case k.source != 2:
		x.notAllowed()
	case x.r.Method == http.MethodPut:
		if wrong := x.check(map[string]sort{"body": aText}); len(wrong) > 0 {
			x.invalid(bad, wrong...)
			return
		}
		x.set("body", &k.html)
		k.changed, k.edited, t.changed = x.s.now(), true, x.s.now()
		x.json(http.StatusOK, x.s.talkRow(t, k))
	case x.r.Method == http.MethodDelete:
		t.talks = slices.DeleteFunc(t.talks, func(o *talk) bool { return o == k })
		t.changed = x.s.now()
		x.done()
	default:
		x.notAllowed()
	}
}
