package okdesk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// api is an account as one end of a run sees it.
type api struct {
	config *Config
	client *rest.Client
	env    connectors.Env
	host   string

	asking    chan struct{} // one at a time asks for what is known only once
	words     *dictionary   // nil not asked yet
	employees *staff        // nil not asked yet
	companies *register     // names of companies; nil not asked yet
	objects   *register     // names of maintenance entities; nil not asked yet
	zone      *time.Location
}

// tokenName is the parameter that the token stands in.
const tokenName = "api_token"

func newAPI(c *Config, env connectors.Env) (*api, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	base := strings.TrimRight(c.URL, "/")
	client, err := rest.New(rest.Options{
		Base: base + "/api/v1", Settings: c.Settings, Env: env,
		Sign: rest.Query(tokenName, c.Token), Secrets: []connectors.Secret{c.Token}, Explain: explain,
		Limits:  map[string]rest.Limit{"": {Calls: c.perMinute(), Per: time.Minute}},
		Classes: func(r *http.Request) []string { return classes(r, base) }, Wait: c.wait,
	})
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	return &api{config: c, client: client, env: env, host: u.Host, asking: make(chan struct{}, 1)}, nil
}

// classes tells that a call to the account is paced; the bytes of files lie elsewhere.
func classes(r *http.Request, base string) []string {
	if strings.HasPrefix(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, base+"/api/") {
		return []string{""}
	}
	return nil
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

// get reads one thing. What comes with a status of success and is a list of errors all the
// same is none: no source says that Okdesk never does so.
func (a *api) get(ctx context.Context, path string, query url.Values, out any) error {
	var raw json.RawMessage
	if _, err := a.client.JSON(ctx, rest.Call{Path: path, Query: query}, &raw); err != nil {
		return err
	}
	return a.decode(path, raw, out)
}

func (a *api) decode(path string, raw []byte, out any) error {
	if said, _ := explain(http.StatusOK, raw); said != "" {
		return fmt.Errorf("%s: Okdesk answers: %s: %w", path, said, meaningOf(said))
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%s: the answer is not what Okdesk sends: is url that of Okdesk? %w", path, connectors.ErrBusy)
	}
	return nil
}

// meaningOf is what a sentence without a status means.
func meaningOf(said string) error {
	lower := strings.ToLower(said)
	for _, word := range []string{"token", "токен", "ключ", "доступ", "авториз"} {
		if strings.Contains(lower, word) {
			return connectors.ErrDenied
		}
	}
	return connectors.ErrBusy
}

// explain reads {"errors": …}: a text, a list of texts, or texts under the names of what
// they are about, as deep as it may be.
func explain(_ int, body []byte) (string, error) {
	var e struct {
		Errors any    `json:"errors"`
		Error  string `json:"error"`
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) || json.Unmarshal(body, &e) != nil {
		return "", nil
	}
	said := sayErrors("", e.Errors)
	if e.Error != "" {
		said = append(said, e.Error)
	}
	return strings.Join(said, "; "), nil
}

func sayErrors(about string, v any) (said []string) {
	switch v := v.(type) {
	case string:
		if about != "" {
			v = about + ": " + v
		}
		return []string{v}
	case []any:
		for _, e := range v {
			said = append(said, sayErrors(about, e)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			under := name
			if about != "" {
				under = about + "." + name
			}
			said = append(said, sayErrors(under, v[name])...)
		}
	}
	return said
}

// status is that of an answer; 0 if there was none.
func status(err error) int {
	var e *rest.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// refusedOver tells whether a call was refused, and its answer speaks of one of the words.
func refusedOver(err error, words ...string) bool {
	var e *rest.Error
	if !errors.As(err, &e) || !errors.Is(err, connectors.ErrRefused) {
		return false
	}
	lower := strings.ToLower(e.Message)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
}

func missing(kind desk.Kind, id desk.ID) error {
	return fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}

// Link is where people open a record.
func (a *api) Link(kind desk.Kind, id desk.ID) string { return site(a.config).Link(kind, id, false) }
