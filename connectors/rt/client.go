package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// perPage is the most that RT gives.
const perPage = "100"

func newClient(c *Config, env connectors.Env) (*rest.Client, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	sign := rest.Authorization("token", c.Token)
	if c.Token == "" {
		sign = rest.Basic(c.User, c.Password)
	}
	return rest.New(rest.Options{
		Base: strings.TrimRight(c.URL, "/") + "/REST/2.0", Settings: c.Settings, Env: env,
		Sign: sign, Secrets: []connectors.Secret{c.Token, c.Password}, Explain: explain, Wait: c.wait,
	})
}

// explain reads {"message": "…"}.
func explain(_ int, body []byte) (string, error) {
	var e struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &e) != nil {
		return "", nil
	}
	return strings.Join(strings.Fields(e.Message), " "), nil
}

// mostUnseen is after how many empty pages a list is over whose length RT does not
// tell. What an account may not see it leaves out of a page, so that one may be empty
// and the next not. RT 6 itself looks no farther than 200 rows ahead.
const mostUnseen = 2

// pages goes through a list. RT tells only those who see everything how long most
// lists are, and RT 5 names no next page to anybody else: then it is asked for by its
// number.
func pages[T any](ctx context.Context, c *rest.Client, first rest.Call) iter.Seq2[T, error] {
	if first.Query == nil {
		first.Query = url.Values{}
	}
	first.Query.Set("per_page", perPage)
	unseen := 0
	return rest.Pages(ctx, "", func(ctx context.Context, next string) (rest.Page[T], error) {
		call := first
		n, numbered := strings.CutPrefix(next, "page ")
		switch {
		case numbered:
			call.Query = maps.Clone(first.Query)
			call.Query.Set("page", n)
		case next != "":
			call.Path, call.Query = next, nil
		}
		p, err := listed[T](ctx, c, call)
		switch {
		case err != nil:
		case numbered && strconv.Itoa(p.Page) != n:
			err = fmt.Errorf("%s: asked for page %s, RT gave page %d: %w", first.Path, n, p.Page, connectors.ErrBusy)
		case len(p.Items) > 0:
			unseen = 0
		default:
			unseen++
		}
		if p.Next == "" && p.Total == "" && unseen < mostUnseen {
			p.Next = fmt.Sprintf("page %d", max(p.Page, 1)+1)
		}
		return rest.Page[T]{Items: p.Items, Next: p.Next}, err
	})
}

// listed is one page of a list.
func listed[T any](ctx context.Context, c *rest.Client, call rest.Call) (p page[T], err error) {
	_, err = c.JSON(ctx, call, &p)
	if err == nil && p.Items == nil {
		err = notList(call)
	}
	return p, err
}

func notList(call rest.Call) error {
	return fmt.Errorf("%s: the answer is no list: is url that of Request Tracker 5 or 6? %w", call.Path, connectors.ErrDenied)
}

// search is a list of what a query of RT's finds.
func search(path, query, fields, orderBy string) rest.Call {
	q := url.Values{"query": {query}, "fields": {fields}}
	if orderBy != "" {
		q.Set("orderby", orderBy)
		q.Set("order", "ASC")
	}
	return rest.Call{Path: path, Query: q}
}

// searchUsers is a list of users changed since a time.
func searchUsers(since time.Time) rest.Call {
	condition := []map[string]any{{"field": "LastUpdated", "operator": ">=", "value": stamp(since)}}
	if since.IsZero() {
		condition = []map[string]any{{"field": "id", "operator": ">", "value": 0}}
	}
	return rest.Call{
		Method: http.MethodPost, Path: "users", JSON: condition, Harmless: true,
		Query: url.Values{"fields": {userFields}, "orderby": {"id"}, "order": {"ASC"}, "find_disabled_rows": {"1"}},
	}
}

// stamp is a time as RT's queries understand it. They take it for one in the zone
// of the user who asks, so whoever asks since a time asks from zones earlier.
func stamp(t time.Time) string { return t.UTC().Format(time.DateTime) }

// zones is how far a user's zone may lie beside UTC.
const zones = 15 * time.Hour
