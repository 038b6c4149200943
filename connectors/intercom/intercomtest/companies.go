package intercomtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// scroll is the one going through the companies that there may be.
type scroll struct {
	param string
	at    int
	last  time.Time
	n     int
}

func (s *Server) companyRow(c *company) row {
	users := 0
	for _, p := range s.account.contacts {
		if slices.Contains(p.companies, c.id) {
			users++
		}
	}
	return row{
		"type": "company", "id": c.id, "company_id": c.external, "app_id": s.Workspace, "name": c.name, "website": c.website, "created_at": c.made.Unix(), "updated_at": c.changed.Unix(),
		"monthly_spend": 0, "session_count": 0, "user_count": users, "plan": row{}, "custom_attributes": maps.Clone(c.custom),
		"tags": row{"type": "tag.list", "tags": []row{}}, "segments": row{"type": "segment.list", "segments": []row{}},
	}
}

// companies answers for /companies and what is below.
func (x *exchange) companies(path []string) {
	switch {
	case path[0] == "scroll":
		x.scroll()
	case path[0] == "" && x.r.Method == http.MethodPost:
		x.upsertCompany()
	case path[0] == "":
		x.findCompany()
	default:
		c, ok := x.s.account.company(path[0])
		if !ok {
			x.fail(http.StatusNotFound, "company_not_found", "Company Not Found")
			return
		}
		x.oneCompany(c)
	}
}

func (x *exchange) oneCompany(c *company) {
	switch x.r.Method {
	case http.MethodGet:
		x.json(x.s.companyRow(c))
	case http.MethodPut:
		x.fillCompany(c)
	case http.MethodDelete:
		c.archived = true
		for _, p := range x.s.account.contacts {
			p.companies = slices.DeleteFunc(p.companies, func(id string) bool { return id == c.id })
		}
		x.json(row{"id": c.id, "object": "company", "deleted": true})
	default:
		x.gone()
	}
}

func (x *exchange) findCompany() {
	q := x.r.URL.Query()
	c, ok := find(x.s.account.companies, func(c *company) bool {
		return !c.archived && (q.Has("company_id") && c.external == q.Get("company_id") || q.Has("name") && c.name == q.Get("name"))
	})
	if !ok {
		x.fail(http.StatusNotFound, "company_not_found", "Company Not Found")
		return
	}
	if x.s.OneCompany {
		x.json(x.s.companyRow(c))
		return
	}
	x.json(row{"type": "list", "data": []row{x.s.companyRow(c)}, "total_count": 1, "pages": row{"type": "pages", "page": 1, "per_page": 15, "total_pages": 1}})
}

// upsertCompany makes a company, or changes the one of that company_id. One that was
// archived comes back (a guess).
func (x *exchange) upsertCompany() {
	if x.text("company_id") == "" {
		x.invalid("company_id is required")
		return
	}
	c, ok := find(x.s.account.companies, func(c *company) bool { return c.external == x.text("company_id") })
	if !ok {
		c = &company{id: x.s.account.hex(), external: x.text("company_id"), custom: map[string]any{}, made: x.s.now()}
	}
	if !x.fillCompany(c) || ok {
		return
	}
	x.s.account.companies = append(x.s.account.companies, c)
}

var companyFields = []string{"name", "company_id", "plan", "size", "website", "industry", "custom_attributes", "remote_created_at", "monthly_spend"}

// fillCompany changes a company and answers with it; false if it refused.
func (x *exchange) fillCompany(c *company) bool {
	for name := range x.in {
		if !slices.Contains(companyFields, name) {
			x.fail(http.StatusBadRequest, "bad_request", "bad '"+name+"' parameter")
			return false
		}
	}
	custom := maps.Clone(c.custom)
	if !x.custom("company", custom) {
		return false
	}
	if _, says := x.in["name"]; says {
		c.name = x.text("name")
	}
	c.custom, c.changed, c.archived = custom, x.s.now(), false
	x.json(x.s.companyRow(c))
	return true
}

// scroll goes on in the scroll, or begins one: there is one at a time, and it dies after a
// minute.
func (x *exchange) scroll() {
	sc, now, param := &x.s.scroll, x.s.now(), x.r.URL.Query().Get("scroll_param")
	alive := sc.param != "" && now.Sub(sc.last) < time.Minute
	switch {
	case param == "" && alive:
		x.fail(http.StatusBadRequest, "scroll_exists", "scroll already exists for this workspace")
		return
	case param != "" && (!alive || param != sc.param):
		x.fail(http.StatusNotFound, "not_found", "scroll parameter not found")
		return
	case param == "":
		sc.n++
		*sc = scroll{param: fmt.Sprintf("69352cd2-ab5b-42ac-b004-%012d", sc.n), n: sc.n}
	}
	sc.last = now
	most := x.s.ScrollRows
	if most == 0 {
		most = 100
	}
	rows := []row{}
	for ; sc.at < len(x.s.account.companies) && len(rows) < most; sc.at++ {
		c := x.s.account.companies[sc.at]
		if r := x.s.companyRow(c); !c.archived && r["user_count"] != 0 {
			rows = append(rows, r)
		}
	}
	answer := row{"type": "list", "data": rows, "pages": nil, "total_count": nil, "scroll_param": sc.param}
	if len(rows) == 0 {
		sc.param = ""
	}
	x.json(answer)
}

// AddCompany makes a company and returns its id. Without people no list has it.
func (s *Server) AddCompany(name string, custom map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &company{id: s.account.hex(), external: "their-" + name, name: name, custom: maps.Clone(custom), made: s.now(), changed: s.now()}
	if c.custom == nil {
		c.custom = map[string]any{}
	}
	s.account.companies = append(s.account.companies, c)
	return c.id
}
