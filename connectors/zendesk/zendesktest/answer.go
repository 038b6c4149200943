package zendesktest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// answer does what a request asks for.
func (a *Account) answer(r *http.Request) reply {
	var raw []byte
	if r.Body != nil {
		var err error
		if raw, err = io.ReadAll(r.Body); err != nil {
			return reply{status: http.StatusBadRequest}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.answered(r, raw)
	out.encode()
	return out
}

func (a *Account) answered(r *http.Request, raw []byte) reply {
	if strings.HasPrefix(a.o.Content, "http") && strings.HasSuffix(a.o.Content, r.Host) {
		return a.content(r)
	}
	r = r.Clone(r.Context())
	r.URL.Path = strings.TrimSuffix(r.URL.Path, ".json")
	h, pattern := a.mux.Handler(r)
	if pattern == "" {
		return notFound()
	}
	limited, headers := a.spend(r)
	if limited != nil {
		return *limited
	}
	a.seen = append(a.seen, r.Method+" "+r.URL.Path)
	c := &call{Request: r, user: a.who(r), raw: raw}
	out := a.serve(h.(route), c)
	if out.header == nil {
		out.header = http.Header{}
	}
	for name, v := range headers {
		out.header[name] = v
	}
	return out
}

// route is a handler with what it asks of the caller. It is an http.Handler only to
// be found by its pattern.
type route struct {
	do    handler
	admin bool
	json  bool
}

// ServeHTTP implements http.Handler and is never called: see answered.
func (route) ServeHTTP(http.ResponseWriter, *http.Request) {}

func (a *Account) serve(h route, c *call) reply {
	// PathValue is known only to a request that the mux itself has served.
	c.Request = a.matched(c.Request)
	switch {
	case c.user == nil && c.URL.Path == "/api/v2/users/me":
		return ok(obj{"user": anonymous()}) // as recorded: 200, and nobody
	case c.user == nil && !strings.HasPrefix(c.URL.Path, "/attachments/"):
		return reply{status: http.StatusUnauthorized, body: obj{"error": "Couldn't authenticate you"}}
	case h.admin && text(c.user.data["role"]) != "admin":
		return reply{status: http.StatusForbidden, body: obj{"error": obj{"title": "Forbidden", "message": "You do not have access to this page. Please contact the account owner of this help desk for further help."}}}
	}
	if h.json {
		if err := json.Unmarshal(c.raw, &c.input); err != nil {
			return reply{status: http.StatusUnprocessableEntity, body: obj{"error": "Unprocessable Entity", "message": "Server could not parse JSON"}}
		}
	}
	return h.do(a, c)
}

// matched is the request with its path values set.
func (a *Account) matched(r *http.Request) *http.Request {
	_, pattern := a.mux.Handler(r)
	_, path, _ := strings.Cut(pattern, " ")
	want, got := strings.Split(path, "/"), strings.Split(r.URL.Path, "/")
	for i, part := range want {
		if strings.HasPrefix(part, "{") && i < len(got) {
			r.SetPathValue(strings.Trim(part, "{}"), got[i])
		}
	}
	return r
}

func anonymous() obj {
	return obj{"id": nil, "url": nil, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user", "active": nil, "verified": false}
}

func (a *Account) routes() *http.ServeMux {
	mux := http.NewServeMux()
	read := func(path string, do handler) { mux.Handle("GET "+path, route{do: do}) }
	admin := func(path string, do handler) { mux.Handle("GET "+path, route{do: do, admin: true}) }
	write := func(method, path string, do handler) {
		mux.Handle(method+" "+path, route{do: do, json: method != "DELETE"})
	}
	for _, kind := range []string{"organizations", "groups", "group_memberships", "ticket_fields", "user_fields", "organization_fields", "triggers", "tickets", "users"} {
		read("/api/v2/"+kind, listOf(kind))
	}
	for _, kind := range []string{"organizations", "groups", "users", "tickets"} {
		read("/api/v2/"+kind+"/{id}", showOf(kind))
		read("/api/v2/"+kind+"/count", countOf(kind))
	}
	for _, kind := range []string{"ticket_forms", "brands", "custom_statuses", "automations/active"} {
		read("/api/v2/"+kind, func(*Account, *call) reply {
			name, _, _ := strings.Cut(kind, "/")
			return ok(obj{name: []obj{}, "next_page": nil, "previous_page": nil, "count": 0})
		})
	}
	read("/api/v2/locales", (*Account).listLocales)
	read("/api/v2/triggers/active", (*Account).activeTriggers)
	read("/api/v2/users/me", func(_ *Account, c *call) reply { return ok(obj{"user": c.user.data}) })
	read("/api/v2/users/search", (*Account).searchUsers)
	read("/api/v2/users/show_many", (*Account).showManyUsers)
	read("/api/v2/users/{id}/identities", (*Account).listIdentities)
	read("/api/v2/users/{id}/related", (*Account).showRelated)
	read("/api/v2/organizations/search", (*Account).searchOrganizations)
	read("/api/v2/tickets/show_many", (*Account).showManyTickets)
	read("/api/v2/tickets/{id}/comments", (*Account).listComments)
	read("/api/v2/tickets/{id}/audits", (*Account).listAudits)
	read("/api/v2/deleted_tickets", (*Account).deletedTickets)
	read("/api/v2/satisfaction_ratings", (*Account).listRatings)
	read("/api/v2/search", (*Account).search)
	read("/api/v2/job_statuses/{id}", (*Account).jobStatus)
	read("/attachments/token/{token}/", (*Account).attachment)
	admin("/api/v2/incremental/tickets/cursor", (*Account).exportTickets)
	admin("/api/v2/incremental/users/cursor", (*Account).exportUsers)
	admin("/api/v2/incremental/organizations", (*Account).exportOrganizations)
	mux.Handle("POST /api/v2/uploads", route{do: (*Account).upload})
	mux.Handle("POST /api/v2/imports/tickets", route{do: (*Account).importTicket, admin: true, json: true})
	mux.Handle("POST /api/v2/imports/tickets/create_many", route{do: (*Account).importMany, admin: true, json: true})
	a.writes(write)
	return mux
}

func (a *Account) writes(write func(method, path string, do handler)) {
	write("POST", "/api/v2/users", (*Account).createUser)
	write("POST", "/api/v2/users/create_or_update", (*Account).createOrUpdateUser)
	write("POST", "/api/v2/users/create_or_update_many", (*Account).createManyUsers)
	write("PUT", "/api/v2/users/{id}", (*Account).updateUser)
	write("DELETE", "/api/v2/users/{id}", (*Account).deleteUser)
	write("POST", "/api/v2/users/{id}/identities", (*Account).createIdentity)
	write("DELETE", "/api/v2/users/{id}/identities/{identity}", (*Account).deleteIdentity)
	mux := "/api/v2/users/{id}/identities/{identity}/make_primary"
	write("PUT", mux, (*Account).makePrimary)
	write("POST", "/api/v2/organizations", (*Account).createOrganization)
	write("POST", "/api/v2/organizations/create_or_update", (*Account).createOrUpdateOrganization)
	write("PUT", "/api/v2/organizations/{id}", (*Account).updateOrganization)
	write("DELETE", "/api/v2/organizations/{id}", (*Account).deleteOrganization)
	write("POST", "/api/v2/groups", (*Account).createGroup)
	write("PUT", "/api/v2/groups/{id}", (*Account).updateGroup)
	write("DELETE", "/api/v2/groups/{id}", (*Account).deleteGroup)
	write("POST", "/api/v2/group_memberships", (*Account).createMembership)
	write("DELETE", "/api/v2/group_memberships/{id}", (*Account).deleteMembership)
	write("POST", "/api/v2/tickets", (*Account).createTicket)
	write("PUT", "/api/v2/tickets/{id}", (*Account).updateTicket)
	write("DELETE", "/api/v2/tickets/{id}", (*Account).deleteTicket)
}
