package freshdesktest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

var companyFields = map[string]sort{
	"name": aText, "description": aText, "note": aText, "domains": texts, "custom_fields": aMap, "health_score": aText, "account_tier": aText,
	"renewal_date": aText, "industry": aText,
}

// companies answers for /companies and what is below.
func (x *exchange) companies(path []string) {
	a := &x.s.account
	switch {
	case path[0] == "" && x.r.Method == http.MethodGet:
		since, _ := time.Parse(time.RFC3339, x.r.URL.Query().Get("updated_since"))
		var rows []row
		for _, c := range a.companies {
			if !c.changed.Before(since) {
				rows = append(rows, a.companyRow(c))
			}
		}
		x.list(rows, 0)
		return
	case path[0] == "" && x.r.Method == http.MethodPost:
		x.writeCompany(nil)
		return
	case path[0] == "autocomplete" && x.r.Method == http.MethodGet:
		x.autocomplete()
		return
	}
	c, ok := a.companyOf(id(path[0]))
	switch {
	case !ok:
		x.gone()
	case x.r.Method == http.MethodGet:
		x.json(http.StatusOK, a.companyRow(c))
	case x.r.Method == http.MethodPut:
		x.writeCompany(c)
	case x.r.Method == http.MethodDelete:
		a.companies = slices.DeleteFunc(a.companies, func(o *company) bool { return o == c })
		x.done()
	default:
		x.notAllowed()
	}
}

// autocomplete finds companies by the beginnings of the words of their names.
func (x *exchange) autocomplete() {
	term := strings.ToLower(strings.TrimSpace(x.r.URL.Query().Get("name")))
	found := []row{}
	for _, c := range x.s.account.companies {
		name := strings.ToLower(c.name)
		if term != "" && !x.s.now().Before(c.made.Add(x.s.Lag)) && (strings.HasPrefix(name, term) || strings.Contains(name, " "+term)) {
			found = append(found, row{"id": c.id, "name": c.name})
		}
	}
	x.json(http.StatusOK, row{"companies": found})
}

func (x *exchange) writeCompany(c *company) {
	a := &x.s.account
	wrong := x.check(companyFields)
	next := &company{custom: row{}, made: x.s.now()}
	if c != nil {
		copied := *c
		next = &copied
		next.custom = row{}
		for k, v := range c.custom {
			next.custom[k] = v
		}
	}
	next.changed = x.s.now()
	x.set("name", &next.name)
	x.set("note", &next.note)
	x.set("description", &next.description)
	x.setTexts("domains", &next.domains)
	wrong = append(append(wrong, x.custom("company_fields", next.custom)...), a.lacking("company_fields", next.custom, false)...)
	if next.name == "" {
		wrong = append(wrong, mistake{Field: "name", Message: "It should be a/an String", Code: "missing_field"})
	}
	if len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	if _, taken := find(a.companies, func(o *company) bool { return o.id != next.id && strings.EqualFold(o.name, next.name) }); taken {
		x.invalid(http.StatusConflict, mistake{Field: "name", Message: "It should be a unique value", Code: "duplicate_value"})
		return
	}
	status := http.StatusOK
	if c == nil {
		next.id = a.next()
		c = &company{}
		a.companies = append(a.companies, c)
		status = http.StatusCreated
	}
	*c = *next
	x.json(status, a.companyRow(c))
}

// groups answers for /groups.
func (x *exchange) groups(which string) {
	a := &x.s.account
	g, ok := find(a.groups, func(g *group) bool { return g.id == id(which) })
	switch {
	case which == "" && x.r.Method == http.MethodGet:
		var rows []row
		for _, g := range a.groups {
			rows = append(rows, groupRow(g))
		}
		x.list(rows, 0)
	case which == "" && x.r.Method == http.MethodPost:
		x.writeGroup(nil)
	case !ok:
		x.gone()
	case x.r.Method == http.MethodGet:
		x.json(http.StatusOK, groupRow(g))
	case x.r.Method == http.MethodPut:
		x.writeGroup(g)
	case x.r.Method == http.MethodDelete:
		a.groups = slices.DeleteFunc(a.groups, func(o *group) bool { return o == g })
		x.done()
	default:
		x.notAllowed()
	}
}

func (x *exchange) writeGroup(g *group) {
	a := &x.s.account
	wrong := x.check(map[string]sort{"name": aText, "description": aText})
	name := x.text("name")
	if name == "" {
		wrong = append(wrong, mistake{Field: "name", Message: "It should be a/an String", Code: "missing_field"})
	}
	if len(wrong) > 0 {
		x.invalid(bad, wrong...)
		return
	}
	if _, taken := find(a.groups, func(o *group) bool { return o != g && strings.EqualFold(o.name, name) }); taken {
		x.invalid(http.StatusConflict, mistake{Field: "name", Message: "It should be a unique value", Code: "duplicate_value"})
		return
	}
	if g != nil {
		g.name, g.changed = name, x.s.now()
		x.json(http.StatusOK, groupRow(g))
		return
	}
	g = &group{id: a.next(), name: name, made: x.s.now(), changed: x.s.now()}
	a.groups = append(a.groups, g)
	x.json(http.StatusCreated, groupRow(g))
}

// products answers for /products, which can be read only.
func (x *exchange) products(which string) {
	if x.r.Method != http.MethodGet {
		x.notAllowed()
		return
	}
	show := func(g *group) row {
		return row{"id": g.id, "name": g.name, "description": nil, "created_at": stamp(g.made), "updated_at": stamp(g.changed)}
	}
	if which != "" {
		if g, ok := find(x.s.account.products, func(g *group) bool { return g.id == id(which) }); ok {
			x.json(http.StatusOK, show(g))
			return
		}
		x.gone()
		return
	}
	var rows []row
	for _, g := range x.s.account.products {
		rows = append(rows, show(g))
	}
	x.list(rows, 0)
}

// surveys answers for /surveys/satisfaction_ratings.
func (x *exchange) surveys(which string) {
	if which != "satisfaction_ratings" || x.r.Method != http.MethodGet {
		x.gone()
		return
	}
	since, _ := time.Parse(time.RFC3339, x.r.URL.Query().Get("created_since"))
	var rows []row
	for _, r := range x.s.account.ratings {
		if !r.made.Before(since) {
			rows = append(rows, ratingRow(r))
		}
	}
	x.list(rows, 0)
}

func ratingRow(r *rating) row {
	return row{
		"id": r.id, "survey_id": 1, "user_id": r.user, "agent_id": ref(r.agent), "feedback": some(r.feedback), "group_id": ref(r.group), "ticket_id": r.ticket,
		"ratings": row{"default_question": r.score}, "created_at": stamp(r.made), "updated_at": stamp(r.made),
	}
}
