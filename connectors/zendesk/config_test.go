package zendesk

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

func TestConfig(t *testing.T) {
	for in, want := range map[string]string{"acme": "https://acme.zendesk.com", "acme.zendesk.com": "https://acme.zendesk.com", "https://acme.zendesk.com/": "https://acme.zendesk.com", "https://acme.zendesk.com/api/v2": "https://acme.zendesk.com", "acme.zendesk.com/agent": "https://acme.zendesk.com/agent"} {
		c := &Config{}
		c.locate(in)
		if c.base() != want || c.Path != "" {
			t.Errorf("%s: %s, %s", in, c.base(), c.Path)
		}
	}
	for _, in := range []string{"export.json", "./exports", "/tmp/x.ndjson", "x.json.gz"} {
		c := &Config{}
		if c.locate(in); c.Path != in || c.Check() != nil {
			t.Errorf("%s: %+v, %v", in, c, c.Check())
		}
	}
	for _, c := range []Config{{}, {URL: "acme", OAuth: rest.OAuth{ClientID: "x"}}, {URL: "acme"}, {URL: "acme", Token: "x"}, {URL: "acme", Email: "a@b"}, {URL: "acme", Access: "x", Quiet: "yes"}, {URL: "acme", Access: "x", Settling: "soon"}, {URL: "acme", Access: "x", Rate: -1}, {URL: "https://acme.zendesk.com/agent/dashboard", Access: "x"}, {URL: "http://acme.zendesk.com", Access: "x"}, {URL: "acme", OAuth: rest.OAuth{ClientID: "x", ClientSecret: "hush", TokenURL: "http://login.test/token"}}} {
		if c.Check() == nil {
			t.Errorf("%+v passed", c)
		}
	}
}

// OAuth credentials that expire are renewed, at the account where no other address is
// given.
func TestOAuth(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{ExportLag: -1, Rate: -1, ExportRate: -1})
	admin := a.Set("users", map[string]any{"name": "Two", "email": "two@desk.example.com", "role": "admin"})
	issued := 0
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issued++
		token := fmt.Sprint("access-", issued)
		a.AddToken(token, admin)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":1800}`, token)
	}))
	defer tokens.Close()
	c := &Config{URL: "acme", OAuth: rest.OAuth{ClientID: "id", ClientSecret: "hush"}}
	if c.oauth().TokenURL != "https://acme.zendesk.com/oauth/tokens" || c.Check() != nil {
		t.Errorf("%+v, %v", c.oauth(), c.Check())
	}
	c.URL, c.OAuth.TokenURL = "https://example.zendesk.test", tokens.URL
	d, err := newTarget(c, env(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if "http://"+r.URL.Host == tokens.URL {
			return http.DefaultTransport.RoundTrip(r)
		}
		return a.Line().RoundTrip(r)
	})))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := d.client.JSON(t.Context(), rest.Call{Path: "groups"}, nil); err != nil {
			t.Fatal(err)
		}
		a.Expire()
	}
	if issued != 2 {
		t.Errorf("%d tokens were issued", issued)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
