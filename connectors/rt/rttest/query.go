package rttest

import (
	"regexp"
	"strings"
)

// RT's query language: conditions FIELD OPERATOR VALUE, joined by AND or OR and
// parentheses.

var condition = regexp.MustCompile(`^('[^']*'|[A-Za-z.]+)\s*(>=|<=|!=|=|>|<|LIKE|STARTSWITH)\s*('(?:[^'\\]|\\.)*'|\d+)$`)

// parseQuery makes one test of a query. It knows no times but in UTC, which is the
// zone of the users here.
func parseQuery[T any](query string, test func(field, op, v string) (func(T) bool, *failure)) (func(T) bool, *failure) {
	query = strings.TrimSpace(query)
	for _, word := range []string{" OR ", " AND "} {
		parts := split(query, word)
		if len(parts) == 1 {
			continue
		}
		var all []func(T) bool
		for _, p := range parts {
			one, bad := parseQuery(p, test)
			if bad != nil {
				return nil, bad
			}
			all = append(all, one)
		}
		return func(x T) bool {
			for _, one := range all {
				if one(x) == (word == " OR ") {
					return word == " OR "
				}
			}
			return word == " AND "
		}, nil
	}
	if inner, ok := strings.CutPrefix(query, "("); ok && strings.HasSuffix(inner, ")") {
		return parseQuery(strings.TrimSuffix(inner, ")"), test)
	}
	m := condition.FindStringSubmatch(query)
	if m == nil {
		return nil, fail(400, "Incomplete query, last element (KEYWORD) is not close paren or value in '%s'", query)
	}
	return test(strings.Trim(m[1], "'"), m[2], strings.ReplaceAll(strings.Trim(m[3], "'"), `\'`, "'"))
}

// split cuts a query at a word, unless that stands in quotes or parentheses.
func split(query, word string) (parts []string) {
	depth, quoted, from := 0, false, 0
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case c == '\\' && quoted:
			i++
		case c == '\'':
			quoted = !quoted
		case c == '(' && !quoted:
			depth++
		case c == ')' && !quoted:
			depth--
		case depth == 0 && !quoted && strings.HasPrefix(query[i:], word):
			parts, from = append(parts, query[from:i]), i+len(word)
		}
	}
	return append(parts, query[from:])
}

func compare(have, op, want string) bool {
	a, b := strings.ToLower(have), strings.ToLower(want)
	switch op {
	case "=":
		return a == b
	case "!=":
		return a != b
	case "LIKE":
		return strings.Contains(a, b)
	case "STARTSWITH":
		return strings.HasPrefix(a, b)
	}
	n, m := number(have, -1), number(want, -1)
	return op == ">" && n > m || op == ">=" && n >= m || op == "<" && n < m || op == "<=" && n <= m
}

func (s *Server) ticketTest(field, op, v string) (func(*ticket) bool, *failure) {
	if name, ok := strings.CutPrefix(field, "CF.{"); ok {
		name = strings.TrimSuffix(name, "}")
		return func(t *ticket) bool { return len(t.fields[name]) > 0 && compare(t.fields[name][0], op, v) }, nil
	}
	switch field {
	case "id":
		return func(t *ticket) bool { return compare(word(float64(t.id)), op, v) }, nil
	case "EffectiveId":
		return func(t *ticket) bool { return compare(word(float64(t.into)), op, v) }, nil
	case "Status":
		return func(t *ticket) bool { return compare(t.status, op, v) }, nil
	case "Subject":
		return func(t *ticket) bool { return compare(t.subject, op, v) }, nil
	case "Queue":
		return func(t *ticket) bool { return compare(t.queue.name, op, v) }, nil
	case "LastUpdated":
		at := parseTime(v)
		return func(t *ticket) bool { return !t.updated.Before(at) }, nil
	}
	return nil, fail(400, "Unknown field: %s", field)
}

func (s *Server) txnTest(field, op, v string) (func(*txn) bool, *failure) {
	if name, ok := strings.CutPrefix(field, "CF.{"); ok {
		name = strings.TrimSuffix(name, "}")
		return func(x *txn) bool { return len(x.fields[name]) > 0 && compare(x.fields[name][0], op, v) }, nil
	}
	switch field {
	case "id":
		return func(x *txn) bool { return compare(word(float64(x.id)), op, v) }, nil
	case "ObjectType":
		return func(*txn) bool { return v == "RT::Ticket" }, nil
	case "ObjectId":
		return func(x *txn) bool { return compare(word(float64(x.ticket)), op, v) }, nil
	case "Type":
		return func(x *txn) bool { return compare(x.kind, op, v) }, nil
	case "NewValue":
		return func(x *txn) bool { return compare(x.new, op, v) }, nil
	case "Created":
		at := parseTime(v)
		return func(x *txn) bool { return !x.created.Before(at) }, nil
	}
	return nil, fail(400, "Unknown field: %s", field)
}
