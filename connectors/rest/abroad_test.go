package rest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// dialled is a line that dials as the program does.
func dialled() connectors.Env {
	line := http.DefaultTransport.(*http.Transport).Clone()
	line.DialContext, line.Proxy = Dial, nil
	return connectors.Env{HTTP: &http.Client{Transport: line}}
}

// through is a line on which the account answers in this process, and leads elsewhere.
type through struct {
	to   string
	next http.RoundTripper
}

func (l through) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "203.0.113.5" { // public, and nobody's (RFC 5737)
		return l.next.RoundTrip(r)
	}
	h := http.Header{"Location": {l.to}}
	return &http.Response{StatusCode: http.StatusFound, Header: h, Body: http.NoBody, Request: r}, nil
}

// An answer that names an address inside our network leads nowhere, whether it is a
// redirect or an address in a record; and it is not tried again and again.
func TestNobodyIsLedIntoOurNetwork(t *testing.T) {
	asked := 0
	inner := serve(t, func(http.ResponseWriter, *http.Request) { asked++ })
	port := inner.URL[strings.LastIndexByte(inner.URL, ':'):]
	for _, to := range []string{
		inner.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port,
		"http://１27.0.0.1" + port, "http://ｌocalhost" + port, "http://127。0。0。1" + port, "http://Ｌ\u00adocalhost" + port, "http://-ö-.test" + port,
	} {
		env := dialled()
		env.HTTP.Transport = through{to, env.HTTP.Transport}
		client := clientOf(t, Options{Base: "http://203.0.113.5", Env: env})
		for _, path := range []string{"/attachment/1", to} {
			_, err := client.JSON(t.Context(), Call{Path: path}, nil)
			if !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "is not asked") {
				t.Errorf("%s by %s: %v", to, path, err)
			}
		}
	}
	if asked > 0 {
		t.Errorf("asked %d times", asked)
	}
}

// What is inside a network is known by its address.
func TestOnlyPublic(t *testing.T) {
	for address, public := range map[string]bool{
		"169.254.169.254:80": false, "10.1.2.3:443": false, "172.16.0.1:443": false, "192.168.0.1:443": false, "100.64.0.1:443": false, "127.0.0.2:443": false,
		"[::ffff:10.1.2.3]:443": false, "[fd00::1]:443": false, "0.1.2.3:443": false, "[::ffff:192.168.0.1]:443": false, "[::ffff:100.64.0.1]:443": false,
		"[64:ff9b::127.0.0.1]:443": false, "[64:ff9b::10.1.2.3]:443": false, "[64:ff9b:1::203.0.113.5]:443": false, "[2002:7f00:1::1]:443": false, "[2002:a01:203::]:443": false, "[fec0::1]:443": false,
		"[64:ff9b::203.0.113.5]:443": true, "[2002:cb00:7105::1]:443": true, "[fe80::1]:443": false, "[::]:443": false, "224.0.0.1:443": false, "255.255.255.255:443": false,
		"203.0.113.5:443": true, "[2001:db8::1]:443": true, "nonsense": false,
	} {
		if err := onlyPublic(address); (err == nil) != public {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// An account inside our network may name others there.
func TestAccountInsideLeadsInside(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) })
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	if _, err := clientOf(t, Options{Base: s.URL, Env: dialled()}).JSON(t.Context(), Call{Path: "/1"}, nil); err != nil {
		t.Error(err)
	}
}

// A proxy is asked, wherever it is: it looks itself where it leads.
func TestProxyMayBeInside(t *testing.T) {
	asked := ""
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = w.Write([]byte(`{}`))
	})
	env := dialled()
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	env.HTTP.Transport.(*http.Transport).Proxy = Proxied(http.ProxyURL(u))
	if _, err := clientOf(t, Options{Base: "http://203.0.113.5", Env: env}).JSON(t.Context(), Call{Path: "http://files.test/1"}, nil); err != nil || asked != "http://files.test/1" {
		t.Errorf("%v, asked %q", err, asked)
	}
}

// Beside a proxy nobody in our network is reached all the same: what is not led through
// it is guarded as ever.
func TestNotEverythingGoesThroughTheProxy(t *testing.T) {
	asked := 0
	inner := serve(t, func(http.ResponseWriter, *http.Request) { asked++ })
	env := dialled()
	env.HTTP.Transport.(*http.Transport).Proxy = Proxied(func(*http.Request) (*url.URL, error) { return nil, nil })
	_, err := clientOf(t, Options{Base: "http://203.0.113.5", Env: env}).JSON(t.Context(), Call{Path: inner.URL}, nil)
	if !errors.Is(err, connectors.ErrRefused) || asked > 0 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

// Where the account is spoken to in secret, nobody else is in the clear.
func TestNoFileInTheClear(t *testing.T) {
	_, err := clientOf(t, Options{Base: "https://desk.test", Env: dialled()}).JSON(t.Context(), Call{Path: "http://files.test/1"}, nil)
	if !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "can be read on its way") {
		t.Error(err)
	}
}
