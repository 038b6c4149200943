package conntest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// toyServer is a helpdesk behind HTTP that knows contacts by name and mark.
type toyServer struct {
	mu   sync.Mutex
	rows []toyContact
}

type toyContact struct {
	Name string `json:"name"`
	Mark string `json:"mark"`
}

func (s *toyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch from, _ := strconv.Atoi(r.URL.Query().Get("after")); r.Method {
	case http.MethodGet:
		answer = map[string]any{"items": s.rows[min(from, len(s.rows)):min(from+2, len(s.rows))]}
	default:
		var c toyContact
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		s.rows = append(s.rows, c)
		w.WriteHeader(http.StatusCreated)
		answer = map[string]int{"id": len(s.rows)}
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

// RoundTrip answers without a network.
func (s *toyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result(), nil
}

// toy is its connector. Its fields are its faults.
type toy struct {
	client     *http.Client
	sendsAgain bool // repeats a write that failed
	sureOfAll  bool // takes a lost answer for a refusal
	patient    bool // takes a failed page for the last one
	trusting   bool // takes a failed page for the last one, but not the first
	hasty      bool // takes a busy server for one that denies
	blind      bool // describes itself without a call
}

func (c *toy) do(ctx context.Context, method, url string, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return c.lost(method, err)
	}
	defer resp.Body.Close() //nolint:errcheck // a test
	if err := meaning(resp.StatusCode); err != nil {
		if c.hasty && method == http.MethodGet && resp.StatusCode == http.StatusTooManyRequests {
			return connectors.ErrDenied
		}
		if resp.StatusCode >= 500 {
			return c.lost(method, err)
		}
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return c.lost(method, err)
	}
	return nil
}

func meaning(code int) error {
	switch {
	case code < 300:
		return nil
	case code == 401, code == 403:
		return connectors.ErrDenied
	case code == 404:
		return connectors.ErrNotFound
	case code == 429:
		return connectors.ErrBusy
	case code >= 500:
		return fmt.Errorf("status %d", code)
	}
	return connectors.ErrRefused
}

// lost tells what a broken call means.
func (c *toy) lost(method string, err error) error {
	var dial *net.OpError
	switch {
	case method == http.MethodGet:
		return err
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("%w: %w", err, connectors.ErrBusy)
	case c.sureOfAll:
		return fmt.Errorf("%w: %w", err, connectors.ErrRefused)
	}
	return fmt.Errorf("%w: %w", err, connectors.ErrUnsure)
}

func (c *toy) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if kind != desk.KindContact {
			return
		}
		n, err := strconv.Atoi(string(after))
		if err != nil || n < 0 {
			n = 0
		}
		for {
			var page struct{ Items []toyContact }
			if err := c.do(ctx, http.MethodGet, fmt.Sprintf("https://toy.test/?after=%d", n), nil, &page); err != nil {
				if !c.patient && (!c.trusting || n == 0) {
					yield(connectors.Item{}, err)
				}
				return
			}
			for _, row := range page.Items {
				n++
				rec := &desk.Contact{Meta: desk.Meta{ID: desk.ID(strconv.Itoa(n)), Mark: row.Mark}, Name: row.Name}
				if !yield(connectors.Item{Record: rec, Cursor: connectors.Cursor(strconv.Itoa(n))}, nil) {
					return
				}
				if err := ctx.Err(); err != nil {
					yield(connectors.Item{}, err)
					return
				}
			}
			if len(page.Items) == 0 {
				return
			}
		}
	}
}

func (c *toy) Describe(ctx context.Context) (connectors.Schema, error) {
	var page struct{ Items []toyContact }
	if c.blind {
		return connectors.Schema{Title: "toy.test"}, nil
	}
	return connectors.Schema{Title: "toy.test"}, c.do(ctx, http.MethodGet, "https://toy.test/", nil, &page)
}

func (c *toy) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	who, ok := r.(*desk.Contact)
	if !ok {
		return connectors.Receipt{}, connectors.ErrUnsupported
	}
	var answer struct{ ID int }
	err := c.do(ctx, http.MethodPost, "https://toy.test/", toyContact{who.Name, who.Mark}, &answer)
	if err != nil && c.sendsAgain {
		err = c.do(ctx, http.MethodPost, "https://toy.test/", toyContact{who.Name, who.Mark}, &answer)
	}
	return connectors.Receipt{ID: desk.ID(strconv.Itoa(answer.ID))}, err
}

func (c *toy) Update(context.Context, desk.ID, desk.Record, []string) (connectors.Receipt, error) {
	return connectors.Receipt{}, connectors.ErrUnsupported
}

func (c *toy) Append(context.Context, desk.ID, *desk.Message) (connectors.Receipt, error) {
	return connectors.Receipt{}, connectors.ErrUnsupported
}

func toySpec(fault toy) connectors.Spec {
	open := func(env connectors.Env) *toy {
		c := fault
		c.client = env.HTTP
		return &c
	}
	kinds := []desk.Kind{desk.KindContact}
	return connectors.Spec{
		Name: "toy", Doc: "a helpdesk behind HTTP, for the test of the suite",
		Config: func() any { return new(struct{}) }, Account: func(any) string { return "toy.test" },
		Reads:   connectors.Caps{Kinds: kinds, Resume: true},
		Writes:  connectors.Caps{Kinds: kinds, CreateOnly: true, Fields: map[desk.Kind][]string{desk.KindContact: {"name", "mark"}}},
		Silence: connectors.Nobody("The helpdesk is a toy"),
		Source:  func(_ context.Context, _ any, env connectors.Env) (connectors.Source, error) { return open(env), nil },
		Target:  func(_ context.Context, _ any, env connectors.Env) (connectors.Target, error) { return open(env), nil },
	}
}

func toyFar(*testing.T) Far { return Far{Config: new(struct{}), HTTP: new(toyServer)} }

// A connector that speaks HTTP as it should holds to every rule.
func TestHTTPConnector(t *testing.T) { Run(t, toySpec(toy{}), toyFar) }

func TestRulesNoticeFaultsOfHTTPConnectors(t *testing.T) {
	for _, b := range []struct {
		name, rule string
		fault      toy
	}{
		{"sends a write again", "LostAnswer", toy{sendsAgain: true}},
		{"says refused for what may have happened", "LostAnswer", toy{sureOfAll: true}},
		{"calls a server's failure a refusal", "WriteMeanings", toy{sureOfAll: true}},
		{"takes a failed page for the end", "ReadMeanings", toy{patient: true}},
		{"takes nonsense for the end", "BadAnswer", toy{patient: true}},
		{"takes a failed second page for the end", "LaterPages", toy{trusting: true}},
		{"describes itself without a call", "Checkable", toy{blind: true}},
		{"takes a busy server for a denial", "ReadMeanings", toy{hasty: true}},
		{"takes a busy server for a denial, later", "LaterPages", toy{hasty: true}},
	} {
		t.Run(b.name, func(t *testing.T) {
			err := ruleNamed(t, b.rule).hold(t, toySpec(b.fault), toyFar(t))
			if err == nil || errors.As(err, new(skipped)) {
				t.Errorf("%s notices nothing (%v)", b.rule, err)
			}
		})
	}
}

// A state that was killed has what was put before, and nothing after.
func TestStateForgetsFromAnyPoint(t *testing.T) {
	ctx := t.Context()
	s := new(State)
	for i, v := range []string{"1", "2", "3"} {
		if err := s.Put(ctx, "key", []byte(v)); err != nil || s.Len() != i+1 {
			t.Fatal(i, err)
		}
	}
	if err := errors.Join(s.Delete(ctx, "key"), s.Put(ctx, "other", nil)); err != nil {
		t.Fatal(err)
	}
	for n, want := range []string{"", "1", "2", "3", "", ""} {
		if got, err := s.At(n).Get(ctx, "key"); err != nil || string(got) != want {
			t.Errorf("after %d puts: %q %v, want %q", n, got, err, want)
		}
	}
	for e, err := range s.Scan(ctx, "", "") {
		if err != nil || e.Key != "other" {
			t.Errorf("got %q %v", e.Key, err)
		}
	}
}

func TestPatternIsWholeOrTorn(t *testing.T) {
	b, err := io.ReadAll(&pattern{n: 1000, cut: -1})
	if len(b) != 1000 || err != nil {
		t.Error(len(b), err)
	}
	b, err = io.ReadAll(&pattern{n: 1000, cut: 10, err: errTorn})
	if len(b) != 10 || !errors.Is(err, errTorn) {
		t.Error(len(b), err)
	}
}
