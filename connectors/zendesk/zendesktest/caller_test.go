package zendesktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// caller speaks to an account as any program would.
type caller struct {
	t           *testing.T
	a           *zendesktest.Account
	user, token string
}

func call(t *testing.T, a *zendesktest.Account) *caller {
	return &caller{t, a, zendesktest.Email + "/token", zendesktest.Token}
}

// do makes a call and returns its status, its header and its body.
func (c *caller) do(method, path string, body any) (int, http.Header, obj) {
	c.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	if raw, is := body.(string); is {
		b = []byte(raw)
	}
	if !strings.HasPrefix(path, "http") {
		path = "https://example.zendesk.test/api/v2/" + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, path, bytes.NewReader(b))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.user != "" {
		req.SetBasicAuth(c.user, c.token)
	}
	resp, err := c.a.Line().RoundTrip(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var out obj
	if err := json.Unmarshal(text, &out); err != nil {
		out = obj{"body": string(text)}
	}
	return resp.StatusCode, resp.Header, out
}

// want makes a call that must end with the status.
func (c *caller) want(status int, method, path string, body any) obj {
	c.t.Helper()
	got, _, out := c.do(method, path, body)
	if got != status {
		c.t.Fatalf("%s %s: %d %v, want %d", method, path, got, out, status)
	}
	return out
}

func ids(list any) (out []string) {
	all, _ := list.([]any)
	for _, item := range all {
		out = append(out, fmt.Sprint(item.(obj)["id"]))
	}
	return out
}
