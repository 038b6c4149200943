package intercom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// version is the version of the API that every call asks for: without one the answers are
// those of whatever version the access token's app was made with. By the description of 2.14 a
// reply to a ticket takes no files, and nothing lists the deleted conversations; that of 2.16
// has both.
const version = "2.16"

// perPage is the most rows that a page of a search may have.
const perPage = 150

// api is a workspace as one end of a run sees it.
type api struct {
	config *Config
	client *rest.Client
	env    connectors.Env

	asking chan struct{} // one at a time asks for what is known only once
	people *people       // nil not asked yet
	types  map[string]ticketTypeShape
	states []stateShape
	custom map[string][]dataAttribute // by model
	tags   map[word]string            // names by ids

	scrolling chan struct{} // a workspace has one scroll at a time
}

func newAPI(c *Config, env connectors.Env) (*api, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	client, err := rest.New(rest.Options{
		Base: c.base(), Settings: c.Settings, Env: env, Sign: sign(c.Token), Secrets: []connectors.Secret{c.Token}, Explain: explain,
		Limits: map[string]rest.Limit{everyCall: {Calls: usualRate, Per: window}}, Classes: classes(c.base()), Allowances: allowances, Wait: c.wait,
	})
	if err != nil {
		return nil, err
	}
	return &api{config: c, client: client, env: env, asking: make(chan struct{}, 1), scrolling: make(chan struct{}, 1)}, nil
}

// sign adds the token and the version, which the host of a file need not know.
func sign(token connectors.Secret) func(*http.Request) error {
	bearer := rest.Bearer(token)
	return func(r *http.Request) error {
		r.Header.Set("Intercom-Version", version)
		return bearer(r)
	}
}

// The rate of an app is 10,000 calls a minute, spread over windows of ten seconds, which the
// headers speak of (https://developers.intercom.com/docs/references/2.17/rest-api/errors/rate-limiting).
const (
	everyCall = "all"
	window    = 10 * time.Second
	usualRate = 10_000 / 6
)

func classes(base string) func(*http.Request) []string {
	return func(r *http.Request) []string {
		if !strings.HasPrefix(r.URL.String(), base+"/") {
			return nil
		}
		return []string{everyCall}
	}
}

func allowances(h http.Header, classes []string) map[string]rest.Allowance {
	limit, err := strconv.Atoi(h.Get("X-Ratelimit-Limit"))
	if err != nil || limit <= 0 || len(classes) == 0 {
		return nil
	}
	a := rest.Allowance{Limit: limit, Per: window, Remaining: -1}
	left, noLeft := strconv.Atoi(h.Get("X-Ratelimit-Remaining"))
	reset, noReset := strconv.ParseInt(h.Get("X-Ratelimit-Reset"), 10, 64)
	told, noDate := http.ParseTime(h.Get("Date"))
	if noLeft == nil && noReset == nil && noDate == nil {
		a.Remaining, a.Reset = max(left, 0), min(max(time.Unix(reset, 0).Sub(told), 0), window)
	}
	return map[string]rest.Allowance{everyCall: a}
}

// turn waits until nobody else asks for what is known only once; the caller gives the
// turn back.
func (a *api) turn(ctx context.Context) error { return take(ctx, a.asking) }

func take(ctx context.Context, turns chan<- struct{}) error {
	select {
	case turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *api) giveTurn() { <-a.asking }

// get reads one thing.
func (a *api) get(ctx context.Context, path string, query url.Values, out any) error {
	_, err := a.client.JSON(ctx, rest.Call{Path: path, Query: query}, out)
	return err
}

// filter is one condition of a search.
type filter struct {
	Field    string `json:"field"`
	Operator string `json:"operator"`
	Value    any    `json:"value"`
}

// search goes through what a search finds, a page at a time, oldest change first.
func search[T any](ctx context.Context, a *api, what string, f filter) iter.Seq2[T, error] {
	return rest.Pages(ctx, "", func(ctx context.Context, after string) (rest.Page[T], error) {
		paging := map[string]any{"per_page": a.perPage()}
		if after != "" {
			paging["starting_after"] = after
		}
		body := map[string]any{
			"query": map[string]any{"operator": "AND", "value": []filter{f}}, "pagination": paging,
			"sort": map[string]any{"field": "updated_at", "order": "ascending"},
		}
		var l list[T]
		if _, err := a.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: what + "/search", JSON: body, Harmless: true}, &l); err != nil {
			return rest.Page[T]{}, err
		}
		return rest.Page[T]{Items: l.rows(), Next: l.after()}, nil
	})
}

func (a *api) perPage() int {
	if a.config.page > 0 {
		return a.config.page
	}
	return perPage
}

// failure is the body of an error
// (https://developers.intercom.com/docs/references/2.17/rest-api/errors/error-codes).
type failure struct {
	Errors []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Field   string `json:"field"`
	} `json:"errors"`
}

// explain reads {"type": "error.list", "errors": [{"code", "message", "field"}]}.
func explain(status int, body []byte) (string, error) {
	var f failure
	_ = json.Unmarshal(body, &f) // what is no such thing says nothing
	var said []string
	var means error
	for _, e := range f.Errors {
		line := e.Code
		if e.Message != "" {
			line += ": " + e.Message
		}
		if e.Field != "" {
			line += " (" + e.Field + ")"
		}
		said = append(said, line)
		switch e.Code {
		case "rate_limit_exceeded", "too_many_requests":
			means = connectors.ErrBusy
		case "api_plan_restricted", "unsupported":
			means = connectors.ErrUnsupported
		case "token_unauthorized", "token_suspended", "token_blocked", "token_not_found", "token_expired", "client_error":
			if status == http.StatusUnauthorized || status == http.StatusForbidden {
				means = connectors.ErrDenied
			}
		}
	}
	return strings.Join(strings.Fields(strings.Join(said, "; ")), " "), means
}

// status is that of an answer; 0 if there was none.
func status(err error) int {
	var e *rest.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// lacking tells that the workspace's plan has no such thing.
func lacking(err error) bool { return errors.Is(err, connectors.ErrUnsupported) }

func denied(format string, args ...any) error {
	return fmt.Errorf("%w: %w", fmt.Errorf(format, args...), connectors.ErrDenied)
}

func missing(kind, id any) error { return fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound) }

// firstPage is the first row of all that a search finds, with their number.
func firstPage(ctx context.Context, a *api, what string) (l list[rowShape], err error) {
	body := map[string]any{"query": map[string]any{"operator": "AND", "value": []filter{{"updated_at", ">", int64(0)}}}, "pagination": map[string]any{"per_page": 1}}
	_, err = a.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: what + "/search", JSON: body, Harmless: true}, &l)
	return l, err
}
