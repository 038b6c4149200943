package rttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

type user struct {
	id                   int
	fields               map[string]string
	privileged, disabled bool
	created, updated     time.Time
}

func (u *user) name() string { return u.fields["Name"] }

// userFields are those that can be written.
var userFields = []string{
	"Name", "EmailAddress", "RealName", "Organization", "Comments", "FreeformContactInfo", "Lang", "Timezone", "WorkPhone", "MobilePhone", "HomePhone", "PagerPhone",
}

// column is how many bytes a field of users has room for (etc/schema.Pg).
func column(field string) int {
	switch field {
	case "Comments", "FreeformContactInfo":
		return 1 << 20
	case "EmailAddress", "RealName":
		return 120
	case "Lang":
		return 16
	case "Timezone":
		return 50
	case "WorkPhone", "MobilePhone", "HomePhone", "PagerPhone":
		return 30
	}
	return 200
}

func (u *user) object() object {
	o := object{"id": u.id, "CustomFields": []any{}, "Creator": ref("user", "root"), "_url": "user/" + u.name(), "Created": stamp(u.created), "LastUpdated": stamp(u.updated), "Disabled": oneIf(u.disabled), "Privileged": oneIf(u.privileged)}
	for _, f := range userFields {
		o[f] = u.fields[f]
	}
	return o
}

func oneIf(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// find is the user of a name or number.
// find finds a user by the name, or the number: RT takes digits for nothing else.
func (s *Server) find(who string) *user {
	if _, err := strconv.Atoi(who); err != nil {
		return s.named(who)
	}
	for _, u := range s.users {
		if strconv.Itoa(u.id) == who {
			return u
		}
	}
	return nil
}

func (s *Server) named(name string) *user {
	for _, u := range s.users {
		if u.name() == name {
			return u
		}
	}
	return nil
}

func (s *Server) byAddress(address string) *user {
	for _, u := range s.users {
		if address != "" && strings.EqualFold(u.fields["EmailAddress"], address) {
			return u
		}
	}
	return nil
}

// taken says whether a name or address is somebody else's.
func (s *Server) taken(me *user, field, v string) string {
	for _, u := range s.users {
		if u == me || v == "" {
			continue
		}
		if field == "Name" && strings.EqualFold(u.name(), v) {
			return "Name in use"
		}
		if field == "EmailAddress" && strings.EqualFold(u.fields["EmailAddress"], v) {
			return "Email address in use"
		}
	}
	return ""
}

func (s *Server) createUser(q *request) (int, any, *failure) {
	u := &user{fields: map[string]string{}, privileged: word(q.body["Privileged"]) == "1", created: s.now(), updated: s.now()}
	for _, f := range userFields {
		u.fields[f] = clip(word(q.body[f]), column(f))
		if text := s.taken(nil, f, u.fields[f]); text != "" {
			return 0, nil, fail(400, "%s", text)
		}
	}
	if u.name() == "" {
		u.fields["Name"] = u.fields["EmailAddress"]
	}
	if u.name() == "" {
		return 0, nil, fail(400, "Must specify 'Name' attribute")
	}
	u.id = s.next()
	s.users = append(s.users, u)
	return 201, ref("user", u.name()), nil
}

func (s *Server) oneUser(q *request) (int, any, *failure) {
	u := s.find(q.path[1])
	if u == nil && q.Method == "PUT" {
		return 0, nil, fail(404, "Resource does not exist; use POST to create")
	}
	if u == nil {
		return 0, nil, notFound
	}
	if q.Method == "GET" {
		return 200, u.object(), nil
	}
	said := []string{}
	for _, f := range userFields {
		v, ok := q.body[f]
		if !ok || word(v) == u.fields[f] {
			continue
		}
		if text := s.taken(u, f, word(v)); text != "" {
			said = append(said, fmt.Sprintf("User %s: %s", u.name(), text))
			continue
		}
		said = append(said, fmt.Sprintf("User %s: %s changed from %s to %s", u.name(), f, quoted(u.fields[f]), quoted(word(v))))
		u.fields[f], u.updated = clip(word(v), column(f)), s.now()
	}
	if v, ok := q.body["Disabled"]; ok && (word(v) == "1") != u.disabled {
		u.disabled, u.updated = !u.disabled, s.now()
		said = append(said, map[bool]string{true: "User disabled", false: "User enabled"}[u.disabled])
	}
	return 200, said, nil
}

func quoted(s string) string {
	if s == "" {
		return "(no value)"
	}
	return "'" + s + "'"
}

// listUsers searches by conditions that must all hold, of the address or the body.
func (s *Server) listUsers(q *request) (int, any, *failure) {
	conditions := q.list
	if text := q.query.Get("query"); text != "" {
		if err := json.Unmarshal([]byte(text), &conditions); err != nil {
			return 0, nil, fail(400, "JSON object must be a ARRAY")
		}
	}
	if len(conditions) == 0 {
		return s.list(q, nil)
	}
	var found []object
	for _, u := range s.users {
		if u.disabled && q.query.Get("find_disabled_rows") != "1" {
			continue
		}
		if !slices.ContainsFunc(conditions, func(c object) bool { return !u.meets(c) }) {
			o := u.object()
			o["type"] = "user"
			if !slices.Contains(strings.Split(q.query.Get("fields"), ","), "id") {
				o["id"] = u.name()
			}
			found = append(found, o)
		}
	}
	return s.list(q, found)
}

func (u *user) meets(c object) bool {
	field, v := word(c["field"]), word(c["value"])
	switch op := word(c["operator"]); field {
	case "id":
		return op == ">" && u.id > number(v, 0)
	case "LastUpdated":
		return op == ">=" && !u.updated.Truncate(time.Second).Before(parseTime(v))
	default:
		if op == "LIKE" {
			return strings.Contains(strings.ToLower(u.fields[field]), strings.ToLower(v))
		}
		return strings.EqualFold(u.fields[field], v)
	}
}

// group is one of the system's own: 3 everyone, 4 the privileged, 5 the others.
func (s *Server) group(q *request, members bool) (int, any, *failure) {
	name, known := map[string]string{"3": "Everyone", "4": "Privileged", "5": "Unprivileged"}[q.path[1]]
	if !known || !s.Lax {
		return 0, nil, notFound
	}
	if !members {
		return 200, object{"id": number(q.path[1], 0), "CustomFields": []any{}, "Creator": ref("user", "RT_System"), "Created": stamp(s.now()), "Disabled": "0", "Name": name, "Domain": "SystemInternal"}, nil
	}
	var found []object
	for _, u := range s.users {
		if u.name() != "RT_System" && (name == "Everyone" || u.privileged == (name == "Privileged")) {
			found = append(found, object{"id": u.id, "type": "user", "_url": "user/" + strconv.Itoa(u.id)})
		}
	}
	return s.list(q, found)
}
