package zendesk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// The allowances of an account: of all its calls, of exports, of changes of tickets
// (support.zendesk.com, article 8638126078234), of lists of deleted tickets.
const (
	classAccount = "account"
	classExport  = "export"
	classUpdate  = "update"
)

func newClient(c *Config, env connectors.Env) (*rest.Client, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	var sign func(*http.Request) error
	switch {
	case c.Access != "":
		sign = rest.Bearer(c.Access)
	case c.Token != "":
		sign = rest.Basic(c.Email+"/token", c.Token)
	}
	return rest.New(rest.Options{
		Base: c.base() + "/api/v2", Settings: c.Settings, Env: env, Sign: sign, OAuth: c.oauth(), Secrets: []connectors.Secret{c.Token, c.Access},
		Limits: map[string]rest.Limit{
			classAccount: {Calls: cmp.Or(c.Rate, 200), Per: time.Minute},
			classExport:  {Calls: cmp.Or(c.ExportRate, 10), Per: time.Minute},
			classUpdate:  {Calls: cmp.Or(c.UpdateRate, 100), Per: time.Minute},
		},
		Classes: classes, Allowances: allowances, Explain: explain, Wait: c.wait,
	})
}

// classes are the allowances that a request uses up; what is not under the API uses
// none.
func classes(r *http.Request) []string {
	_, path, api := strings.Cut(r.URL.Path, "/api/v2/")
	switch {
	case !api:
		return nil
	case strings.HasPrefix(path, "incremental/"):
		return []string{classAccount, classExport}
	case r.Method == http.MethodPut && strings.HasPrefix(path, "tickets/"):
		return []string{classAccount, classUpdate}
	}
	return []string{classAccount}
}

// allowances reads both generations of headers: X-Rate-Limit and
// X-Rate-Limit-Remaining, and RateLimit-Limit, -Remaining and -Reset. They speak of
// the account as a whole.
func allowances(h http.Header, _ []string) map[string]rest.Allowance {
	a := rest.Allowance{Limit: headerNumber(h, "RateLimit-Limit", "X-Rate-Limit"), Remaining: headerNumber(h, "RateLimit-Remaining", "X-Rate-Limit-Remaining")}
	if s := headerNumber(h, "RateLimit-Reset"); s > 0 {
		a.Reset = time.Duration(s) * time.Second
	}
	if a.Limit < 0 {
		return nil
	}
	return map[string]rest.Allowance{classAccount: a}
}

func headerNumber(h http.Header, names ...string) int {
	for _, name := range names {
		// "100, 100;w=60" is a limit and how it is meant
		first, _, _ := strings.Cut(h.Get(name), ",")
		if n, err := strconv.Atoi(strings.TrimSpace(first)); err == nil {
			return n
		}
	}
	return -1
}

// explain reads what an error says: {"error": text or {title, message},
// "description", "details": {field: [{description}]}}, or {"errors": [{title,
// detail}]} (https://developer.zendesk.com/api-reference/introduction/errors/).
func explain(_ int, body []byte) (string, error) {
	var e struct {
		Error       json.RawMessage            `json:"error"`
		Description loose                      `json:"description"`
		Message     loose                      `json:"message"`
		Details     map[string]json.RawMessage `json:"details"`
		Errors      []struct {
			Title  loose `json:"title"`
			Detail loose `json:"detail"`
			Code   loose `json:"code"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &e) != nil {
		return "", nil
	}
	parts := []string{errorText(e.Error), string(e.Description), string(e.Message)}
	for _, field := range sortedKeys(e.Details) {
		var list []struct {
			Description loose `json:"description"`
		}
		if json.Unmarshal(e.Details[field], &list) == nil {
			for _, d := range list {
				parts = append(parts, string(d.Description))
			}
		}
	}
	for _, d := range e.Errors {
		parts = append(parts, cmp.Or(string(d.Detail), string(d.Title), string(d.Code)))
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(strings.Fields(strings.Join(parts, ": ")), " "), nil
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// errorText is an error that is a text, or an object with a title and a message.
func errorText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var o struct {
		Title   string `json:"title"`
		Message string `json:"message"`
	}
	if json.Unmarshal(raw, &o) != nil {
		return ""
	}
	return cmp.Or(o.Message, o.Title)
}

// listing goes through a list by cursor, a hundred things at a time; or, where an
// endpoint knows no cursors, by the addresses of the next pages. The list is in the
// answer under name.
func listing[T any](ctx context.Context, c *rest.Client, path, name string, query url.Values) iter.Seq2[T, error] {
	return rest.Pages(ctx, "", func(ctx context.Context, after string) (rest.Page[T], error) {
		q := url.Values{"page[size]": {"100"}}
		for k, v := range query {
			q[k] = v
		}
		call := rest.Call{Path: path, Query: q}
		switch {
		case strings.Contains(after, "://"):
			call = rest.Call{Path: after}
		case after != "":
			q.Set("page[after]", after)
		}
		var p map[string]json.RawMessage
		if _, err := c.JSON(ctx, call, &p); err != nil {
			return rest.Page[T]{}, err
		}
		return listed[T](p, path, name)
	})
}

// listed takes the things out of an answer, and where it goes on: a cursor, or the
// address of the next page.
func listed[T any](p map[string]json.RawMessage, path, name string) (rest.Page[T], error) {
	var out rest.Page[T]
	raw, has := p[name]
	if !has || bytes.Equal(raw, []byte("null")) {
		return out, notThis(path, name)
	}
	if err := json.Unmarshal(raw, &out.Items); err != nil {
		return out, fmt.Errorf("%s: the answer is not what Zendesk sends: %w: %w", path, err, connectors.ErrBusy)
	}
	var meta struct {
		More  bool   `json:"has_more"`
		After string `json:"after_cursor"`
	}
	if raw, has := p["meta"]; has && json.Unmarshal(raw, &meta) == nil && meta.More {
		if meta.After == "" {
			return out, fmt.Errorf("%s: Zendesk says that there is more, and not where: %w", path, connectors.ErrBusy)
		}
		out.Next = meta.After
	}
	var next string
	if raw, has := p["next_page"]; has && out.Next == "" && json.Unmarshal(raw, &next) == nil {
		out.Next = next
	}
	return out, nil
}

// notThis is an error of an answer that lacks what was asked for.
func notThis(path, name string) error {
	return fmt.Errorf("%s: the answer holds no %s: is url that of a Zendesk account? %w", path, name, connectors.ErrBusy)
}
