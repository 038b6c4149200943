package itsm365

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// keyName is the parameter of the address that the key stands in.
const keyName = "accessKey"

// api is an installation as one end of a run sees it.
type api struct {
	config *Config
	client *rest.Client
	env    connectors.Env
	host   string
	zone   *time.Location

	asking chan struct{} // one at a time asks for what is known only once
	staff  map[string]bool
}

func newAPI(c *Config, env connectors.Env) (*api, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(c.zone())
	if err != nil {
		return nil, err
	}
	base := strings.TrimRight(c.URL, "/")
	client, err := rest.New(rest.Options{
		Base: base + c.prefix(), Settings: c.Settings, Env: env,
		Sign: rest.Query(keyName, c.Key), Secrets: []connectors.Secret{c.Key}, Explain: explain,
		Limits: map[string]rest.Limit{"": {Calls: c.perMinute(), Per: time.Minute}}, Wait: c.wait,
	})
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	return &api{config: c, client: client, env: env, host: u.Host, zone: zone, asking: make(chan struct{}, 1)}, nil
}

// turn waits until nobody else asks for what is known only once; the caller gives the turn
// back.
func (a *api) turn(ctx context.Context) error {
	select {
	case a.asking <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *api) giveTurn() { <-a.asking }

// get reads one object with all that it has. That it is not there a server says in words; its
// status no source tells.
func (a *api) get(ctx context.Context, id desk.ID) (row, error) {
	if !isUUID(id) {
		return nil, missing("object", id)
	}
	var r row
	_, err := a.client.JSON(ctx, rest.Call{Path: "get/" + url.PathEscape(string(id))}, &r)
	if absent(err) {
		return nil, missing("object", id)
	}
	if err == nil && r.id() != id {
		err = fmt.Errorf("get %s: the answer is another object, or none: %w", id, connectors.ErrBusy)
	}
	return r, err
}

// find asks for some of the objects of a class whose attributes equal a filter.
func (a *api) find(ctx context.Context, fqn string, filter map[string]any, attrs []string, offset, limit int) ([]row, error) {
	q := url.Values{"offset": {strconv.Itoa(offset)}, "limit": {strconv.Itoa(limit)}}
	if len(attrs) > 0 {
		q.Set("attrs", strings.Join(attrs, ","))
	}
	if filter == nil {
		filter = map[string]any{}
	}
	var raw json.RawMessage
	_, err := a.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: "find/" + url.PathEscape(fqn), Query: q, JSON: filter, Harmless: true}, &raw)
	if err != nil {
		return nil, err
	}
	var rows []row
	var in struct {
		Value   []row `json:"value"`
		Objects []row `json:"objects"`
	}
	if json.Unmarshal(raw, &rows) != nil { // one client was answered with an object that holds them
		if json.Unmarshal(raw, &in) != nil || in.Value == nil && in.Objects == nil {
			return nil, fmt.Errorf("find/%s: the answer is no list of objects: is url that of Naumen Service Desk? %w", fqn, connectors.ErrBusy)
		}
		rows = append(in.Value, in.Objects...)
	}
	for _, r := range rows {
		if r.id() == "" {
			return nil, fmt.Errorf("find/%s: an object in the answer has no UUID: %w", fqn, connectors.ErrBusy)
		}
	}
	return rows, nil
}

// absent tells whether an answer says that an object is not there.
func absent(err error) bool {
	var e *rest.Error
	if !errors.As(err, &e) {
		return false
	}
	said := strings.ToLower(e.Message)
	return e.Status == http.StatusNotFound || e.Status >= 400 && (strings.Contains(said, "объект не найден") || strings.Contains(said, "object not found"))
}

// verdicts are words of errors that say that the system will not have something as it is. It
// answers to a user's mistake, too, with a status that is for its own.
var verdicts = []string{"обязательн", "не заполнен", "недоступен", "недопустим", "переход", "не найден", "некоррект", "превышен", "нет прав", "недостаточно прав", "required", "not allowed", "invalid"}

// explain reads an error: a text, at times with the names of Java's classes before it.
func explain(status int, body []byte) (string, error) {
	said := strings.TrimSpace(string(body))
	if said == "" || strings.HasPrefix(said, "<") {
		return "", nil
	}
	if at := strings.LastIndex(said, "Exception:"); at >= 0 {
		said = strings.TrimSpace(said[at+len("Exception:"):])
	}
	if line, _, more := strings.Cut(said, "\n"); more {
		said = strings.TrimSpace(line)
	}
	if rs := []rune(said); len(rs) > 300 {
		said = string(rs[:300]) + "…"
	}
	lower := strings.ToLower(said)
	for _, word := range verdicts {
		if status == http.StatusInternalServerError && strings.Contains(lower, word) {
			return said, connectors.ErrRefused
		}
	}
	return said, nil
}

// refusedOver tells whether a call was refused, and its answer speaks of one of the words.
func refusedOver(err error, words ...string) bool {
	var e *rest.Error
	if !errors.As(err, &e) || !errors.Is(err, connectors.ErrRefused) {
		return false
	}
	lower := strings.ToLower(e.Message)
	for _, w := range words {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

func missing(what string, id desk.ID) error {
	return fmt.Errorf("%s %s: %w", what, id, connectors.ErrNotFound)
}

// Link is where people open a record.
func (a *api) Link(kind desk.Kind, id desk.ID) string { return site(a.config).Link(kind, id, false) }
