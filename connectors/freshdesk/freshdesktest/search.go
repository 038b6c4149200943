package freshdesktest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// term is one condition of a query; only equality is understood.
var term = regexp.MustCompile(`^([A-Za-z0-9_]+):(?:'([^']*)'|(-?[0-9]+|true|false|null))$`)

// search answers for /search/…: 30 a page, 10 pages, and what was made lately is
// not known to it yet.
func (x *exchange) search(what string) {
	q := x.r.URL.Query().Get("query")
	page, ok := number(x.r.URL.Query(), "page", 1)
	if !ok || page > 10 {
		x.invalid(bad, mistake{Field: "page", Message: "It should be a Positive Integer less than or equal to 10", Code: "invalid_value"})
		return
	}
	if len(q) < 2 || q[0] != '"' || q[len(q)-1] != '"' || len(q)-2 > 512 {
		x.invalid(bad, mistake{Field: "query", Message: "It should be enclosed in double quotes and have at most 512 characters", Code: "invalid_value"})
		return
	}
	var want [][2]string
	for _, part := range strings.Split(q[1:len(q)-1], " AND ") {
		m := term.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			x.invalid(bad, mistake{Field: "query", Message: "The given query is invalid", Code: "invalid_value"})
			return
		}
		want = append(want, [2]string{m[1], m[2] + m[3]})
	}
	rows := x.found(what, want)
	if rows == nil {
		x.gone()
		return
	}
	total := len(rows)
	from := min((page-1)*30, total)
	x.json(http.StatusOK, row{"total": total, "results": rows[from:min(from+30, total)]})
}

func (x *exchange) found(what string, want [][2]string) []row {
	a, out := &x.s.account, []row{}
	known := func(made time.Time) bool { return !x.s.now().Before(made.Add(x.s.Lag)) }
	take := func(r row, made time.Time) {
		if known(made) && matches(r, want) {
			out = append(out, r)
		}
	}
	switch what {
	case "tickets":
		for _, t := range a.tickets {
			if !t.deleted && !t.spam && !t.archived {
				take(x.s.ticketRow(t, false, "description"), t.made)
			}
		}
	case "contacts":
		for _, p := range a.contacts {
			if !p.deleted {
				take(a.contactRow(p, true), p.made)
			}
		}
	case "companies":
		for _, c := range a.companies {
			take(a.companyRow(c), c.made)
		}
	default:
		x.w.WriteHeader(http.StatusNotFound)
		return nil
	}
	return out
}

func matches(r row, want [][2]string) bool {
	for _, w := range want {
		if w[0] == "tag" {
			tags, _ := r["tags"].([]string)
			if !slices.Contains(tags, w[1]) {
				return false
			}
			continue
		}
		v, ok := r[w[0]]
		if custom, _ := r["custom_fields"].(row); !ok {
			v = custom[w[0]]
		}
		if v == nil && w[1] != "null" || v != nil && fmt.Sprint(v) != w[1] {
			return false
		}
	}
	return true
}
