package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
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

// pages goes through a list.
func pages[T any](ctx context.Context, c *rest.Client, first rest.Call) iter.Seq2[T, error] {
	if first.Query == nil {
		first.Query = url.Values{}
	}
	first.Query.Set("per_page", perPage)
	return rest.Pages(ctx, "", func(ctx context.Context, next string) (rest.Page[T], error) {
		call := first
		if next != "" {
			call.Path, call.Query = next, nil
		}
		var p page[T]
		_, err := c.JSON(ctx, call, &p)
		if err == nil && p.Items == nil {
			err = notList(first)
		}
		return rest.Page[T]{Items: p.Items, Next: p.Next}, err
	})
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
