package freshdesk

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// perPage is the most that there may be.
const perPage = 100

// api is an account as one end of a run sees it.
type api struct {
	config *Config
	client *rest.Client
	env    connectors.Env
	host   string

	asking chan struct{}     // one at a time asks for what is known only once
	known  map[string]schema // of custom fields, by kind of fields
	people map[int64]bool    // numbers of agents; nil not asked yet
	seats  map[string]int64  // their numbers by address, in lower case
	files  *localFiles       // that lie beside what an account exported; nil: all are fetched
}

func newAPI(c *Config, env connectors.Env) (*api, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	rates := new(rates)
	client, err := rest.New(rest.Options{
		Base: strings.TrimRight(c.URL, "/") + "/api/v2", Settings: c.Settings, Env: env,
		Sign: rest.Basic(c.Token.Reveal(), "X"), Secrets: []connectors.Secret{c.Token}, Explain: explain,
		Classes: func(r *http.Request) []string { return classes(r, strings.TrimRight(c.URL, "/")) }, Allowances: rates.read,
		Wait: c.wait,
	})
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	return &api{config: c, client: client, env: env, host: u.Host, known: map[string]schema{}, asking: make(chan struct{}, 1)}, nil
}

// turn waits until nobody else asks for what is known only once; the caller gives the
// turn back.
func (a *api) turn(ctx context.Context) error {
	select {
	case a.asking <- struct{}{}:
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

// pages goes through a list by the numbers of its pages. There is one more if the
// Link header says so, or if the page is full: no recording shows that header.
func pages[T any](ctx context.Context, a *api, path string, query url.Values) iter.Seq2[T, error] {
	return rest.Pages(ctx, "1", func(ctx context.Context, page string) (rest.Page[T], error) {
		items, more, err := onePage[T](ctx, a, path, query, page)
		if err != nil || !more {
			return rest.Page[T]{Items: items}, err
		}
		n, _ := strconv.Atoi(page)
		return rest.Page[T]{Items: items, Next: strconv.Itoa(n + 1)}, nil
	})
}

func onePage[T any](ctx context.Context, a *api, path string, query url.Values, page string) (items []T, more bool, err error) {
	q := url.Values{}
	for k, v := range query {
		q[k] = v
	}
	per := a.perPage()
	q.Set("page", page)
	q.Set("per_page", strconv.Itoa(per))
	head, err := a.client.JSON(ctx, rest.Call{Path: path, Query: q}, &items)
	if err == nil && items == nil {
		err = fmt.Errorf("%s: the answer is no list: is url that of Freshdesk? %w", path, connectors.ErrBusy)
	}
	if err != nil {
		return nil, false, err
	}
	return items, len(items) > 0 && (len(items) >= per || strings.Contains(head.Get("Link"), `rel="next"`)), nil
}

func (a *api) perPage() int {
	if a.config.page > 0 {
		return a.config.page
	}
	return perPage
}

// explain reads {"code", "message"} and {"description", "errors": [{"field",
// "message", "code"}]}.
func explain(_ int, body []byte) (string, error) {
	e := failure(body)
	said := e.Message
	if said == "" {
		said = e.Description
	}
	for i, m := range e.Errors {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		said += fmt.Sprintf("%s%s: %s (%s)", sep, m.Field, m.Message, m.Code)
		if m.More.User > 0 {
			said += fmt.Sprintf(" held by %d", m.More.User)
		}
	}
	if e.Code == "require_feature" {
		return said, connectors.ErrUnsupported
	}
	return strings.Join(strings.Fields(said), " "), nil
}

// failureShape is the body of an error.
type failureShape struct {
	Code        string `json:"code"`
	Message     string `json:"message"`
	Description string `json:"description"`
	Errors      []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
		Code    string `json:"code"`
		More    struct {
			User int64 `json:"user_id"` // of duplicate_value: who has it; unconfirmed
		} `json:"additional_info"`
	} `json:"errors"`
}

func failure(body []byte) (e failureShape) {
	_ = json.Unmarshal(body, &e) // what is no such thing says nothing
	return e
}

// The classes of calls that have limits of their own, by the vendor's table of
// plans. Other recordings show others: the headers say what holds.
const (
	classAccount      = "account"
	classTicketCreate = "ticket create"
	classTicketUpdate = "ticket update"
	classTicketList   = "ticket list"
	classContactList  = "contact list"
	classConversation = "conversations"
	classPerson       = "contacts"
	classOther        = "other"
)

// classes tells which allowances a request uses up; one to another host none.
func classes(r *http.Request, base string) []string {
	path, ours := strings.CutPrefix(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, base+"/api/v2/")
	if !ours {
		return nil
	}
	first, rest, _ := strings.Cut(path, "/")
	class := classOther
	switch {
	case first == "tickets" && rest == "" && r.Method == http.MethodPost:
		class = classTicketCreate
	case first == "tickets" && rest == "":
		class = classTicketList
	case first == "tickets" && r.Method == http.MethodPut:
		class = classTicketUpdate
	case first == "tickets", first == "conversations":
		class = classConversation
	case first == "contacts" && rest == "" && r.Method == http.MethodGet:
		class = classContactList
	case first == "contacts":
		class = classPerson
	}
	return []string{class, classAccount}
}

// rates reads the headers of rates. One account's answers name different totals for
// different endpoints (recorded: 40 and 100 a minute in one run), so each speaks of
// its class, and the account as a whole is taken to allow the largest.
type rates struct {
	mu   sync.Mutex
	most int
}

func (r *rates) read(h http.Header, classes []string) map[string]rest.Allowance {
	total, err := strconv.Atoi(h.Get("X-Ratelimit-Total"))
	if err != nil || total <= 0 || len(classes) == 0 {
		return nil
	}
	r.mu.Lock()
	r.most = max(r.most, total)
	most := r.most
	r.mu.Unlock()
	used, err := strconv.Atoi(h.Get("X-Ratelimit-Used-Currentrequest"))
	if err != nil || used < 1 {
		used = 1
	}
	left, err := strconv.Atoi(h.Get("X-Ratelimit-Remaining"))
	if err != nil || left < 0 {
		left = 0
	}
	// A call that costs three leaves room for a third as many of its class.
	return map[string]rest.Allowance{
		classes[0]:   {Limit: max(1, total/used), Per: time.Minute, Remaining: left / used},
		classAccount: {Limit: most, Per: time.Minute, Remaining: -1},
	}
}
