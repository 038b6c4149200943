package freshdesktest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

var contactFields = map[string]sort{
	"name": aText, "email": aText, "phone": aText, "mobile": aText, "twitter_id": aText, "unique_external_id": aText, "other_emails": texts,
	"company_id": aNumber, "view_all_tickets": aBool, "address": aText, "custom_fields": aMap, "description": aText, "job_title": aText,
	"language": aText, "tags": texts, "time_zone": aText,
}

// contacts answers for /contacts and what is below.
func (x *exchange) contacts(path []string) {
	if path[0] == "" {
		switch x.r.Method {
		case http.MethodGet:
			x.list(x.contactRows(), 0)
		case http.MethodPost:
			x.writeContact(nil)
		default:
			x.notAllowed()
		}
		return
	}
	p, ok := x.s.account.contact(id(path[0]))
	switch {
	case !ok:
		x.gone()
	case x.r.Method == http.MethodGet:
		x.json(http.StatusOK, x.s.account.contactRow(p, true))
	case x.r.Method == http.MethodPut && path[1] == "":
		if p.deleted {
			x.notAllowed()
			return
		}
		x.writeContact(p)
	case x.r.Method == http.MethodDelete && path[1] == "":
		if p.deleted {
			x.notAllowed()
			return
		}
		p.deleted, p.changed = true, x.s.now()
		x.done()
	case x.r.Method == http.MethodPut && path[1] == "restore":
		p.deleted, p.changed = false, x.s.now()
		x.done()
	default:
		x.notAllowed()
	}
}

// contactRows are the contacts that a list is asked for: without a state, all that
// are neither blocked nor deleted.
func (x *exchange) contactRows() (rows []row) {
	q := x.r.URL.Query()
	since, _ := time.Parse(time.RFC3339, q.Get("updated_since"))
	for _, p := range x.s.account.contacts {
		state := map[string]bool{
			"": !p.blocked && !p.deleted, "blocked": p.blocked && !p.deleted, "deleted": p.deleted,
			"verified": p.verified && !p.blocked && !p.deleted, "unverified": !p.verified && !p.blocked && !p.deleted,
		}
		mail := q.Get("email")
		mailed := mail == "" || strings.EqualFold(p.email, mail) || slices.ContainsFunc(p.other, func(o string) bool { return strings.EqualFold(o, mail) })
		if state[q.Get("state")] && mailed && !p.changed.Before(since) && (!q.Has("company_id") || p.company == id(q.Get("company_id"))) {
			rows = append(rows, x.s.account.contactRow(p, false))
		}
	}
	return rows
}

func (x *exchange) writeContact(p *person) {
	a := &x.s.account
	wrong := x.check(contactFields)
	made := p == nil
	now := x.s.now()
	next := &person{language: "en", zone: "Eastern Time (US & Canada)", custom: row{}, made: now}
	if !made {
		c := *p
		next = &c
		next.custom = row{}
		for k, v := range p.custom {
			next.custom[k] = v
		}
	}
	next.changed = now
	for name, at := range map[string]*string{
		"name": &next.name, "email": &next.email, "phone": &next.phone, "mobile": &next.mobile, "unique_external_id": &next.external,
		"description": &next.note, "language": &next.language, "time_zone": &next.zone, "job_title": &next.job, "address": &next.address, "twitter_id": &next.twitter,
	} {
		x.set(name, at)
	}
	x.setNumber("company_id", &next.company)
	x.setTexts("other_emails", &next.other)
	x.setTexts("tags", &next.tags)
	wrong = append(append(wrong, x.custom("contact_fields", next.custom)...), a.lacking("contact_fields", next.custom, false)...)
	wrong = append(wrong, a.contactMistakes(next)...)
	if len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	if m, taken := a.taken(next); taken {
		x.invalid(http.StatusConflict, m)
		return
	}
	if !made {
		*p = *next
		x.json(http.StatusOK, a.contactRow(p, true))
		return
	}
	next.id = a.next()
	a.contacts = append(a.contacts, next)
	x.json(http.StatusCreated, a.contactRow(next, true))
}

func (a *account) contactMistakes(p *person) (wrong []mistake) {
	if p.name == "" {
		wrong = append(wrong, mistake{Field: "name", Message: "It should be a/an String", Code: "missing_field"})
	}
	if p.email == "" && p.phone == "" && p.mobile == "" && p.twitter == "" && p.external == "" {
		wrong = append(wrong, mistake{Field: "email", Message: "Please fill at least 1 of email, mobile, phone, twitter_id, unique_external_id fields", Code: "missing_field"})
	}
	for _, mail := range append([]string{p.email}, p.other...) {
		if mail != "" && (strings.Count(mail, "@") != 1 || strings.ContainsAny(mail, " \n")) {
			wrong = append(wrong, mistake{Field: "email", Message: "It should be in the 'valid email address' format", Code: "invalid_value"})
		}
	}
	if _, ok := a.companyOf(p.company); p.company != 0 && !ok {
		wrong = append(wrong, mistake{Field: "company_id", Message: "There is no company matching the given company_id", Code: "invalid_value"})
	}
	return wrong
}

// taken tells whether somebody else, also who was deleted, has the address or the
// external id. That the error names who is unconfirmed.
func (a *account) taken(p *person) (mistake, bool) {
	mails := append([]string{p.email}, p.other...)
	for _, o := range append(slices.Clone(a.contacts), a.agents...) {
		if o.id == p.id {
			continue
		}
		if p.external != "" && o.external == p.external {
			return mistake{Field: "unique_external_id", Message: "It should be a unique value", Code: "duplicate_value", info: row{"user_id": o.id}}, true
		}
		for _, mail := range append([]string{o.email}, o.other...) {
			if mail != "" && slices.ContainsFunc(mails, func(m string) bool { return strings.EqualFold(m, mail) }) {
				return mistake{Field: "email", Message: "It should be a unique value", Code: "duplicate_value", info: row{"user_id": o.id}}, true
			}
		}
	}
	return mistake{}, false
}

// agents answers for /agents. Making one is left out: it takes a seat and mails an
// invitation, and nobody here may.
func (x *exchange) agents(which string) {
	if x.r.Method != http.MethodGet {
		x.notAllowed()
		return
	}
	a := &x.s.account
	switch which {
	case "":
		mail := x.r.URL.Query().Get("email")
		var rows []row
		for _, p := range a.agents {
			if mail == "" || strings.EqualFold(mail, p.email) {
				rows = append(rows, a.agentRow(p, false))
			}
		}
		x.list(rows, 0)
	case "me":
		x.json(http.StatusOK, a.agentRow(a.agents[0], true))
	default:
		if p, ok := a.agent(id(which)); ok {
			x.json(http.StatusOK, a.agentRow(p, true))
			return
		}
		x.gone()
	}
}
