package rttest

import (
	"net/http"
	"net/url"
	"strings"
)

func (s *Server) serve(w http.ResponseWriter, r *http.Request) (int, any, *failure) {
	if r.Header.Get("Authorization") != "token "+Token {
		return 0, nil, fail(http.StatusUnauthorized, "Unauthorized")
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/REST/2.0/")
	if !ok {
		return 0, nil, notFound
	}
	q := &request{Request: r, query: r.URL.Query()}
	for _, part := range strings.Split(rest, "/") {
		part, err := url.PathUnescape(part)
		if err != nil {
			return 0, nil, notFound
		}
		q.path = append(q.path, part)
	}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if bad := q.decode(); bad != nil {
			return 0, nil, bad
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.route(w, q)
}

func (s *Server) route(w http.ResponseWriter, q *request) (int, any, *failure) {
	two := ""
	if len(q.path) > 2 {
		two = q.path[2]
	}
	if len(q.path) == 1 {
		q.path = append(q.path, "")
	}
	switch key := q.Method + " " + q.path[0]; key {
	case "GET rt":
		return 200, object{"Version": "5.0.3", "Plugins": []any{}}, nil
	case "GET users", "POST users":
		return s.listUsers(q)
	case "POST user":
		return s.createUser(q)
	case "GET user", "PUT user":
		return s.oneUser(q)
	case "GET group":
		return s.group(q, two == "members")
	case "GET customfield":
		return s.oneField(q)
	case "GET queues":
		return s.list(q, s.queueObjects(q))
	case "POST queue":
		return s.createQueue(q)
	case "GET queue", "PUT queue":
		return s.oneQueue(q)
	case "GET tickets":
		return s.searchTickets(q)
	case "GET transactions":
		return s.searchTransactions(q)
	case "POST ticket":
		if two == "attachments" { // a search, with its conditions in the body
			return s.oneTicket(q, two)
		}
		if two == "correspond" || two == "comment" {
			return s.addMessage(w, q, two)
		}
		return s.createTicket(q)
	case "GET ticket", "PUT ticket":
		return s.oneTicket(q, two)
	case "GET transaction":
		return s.transaction(q, two)
	case "GET attachment":
		return s.oneAttachment(q)
	}
	return 0, nil, notFound
}
