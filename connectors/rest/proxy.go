package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// proxyRefusal is a proxy that led nowhere: the server never heard of the request.
type proxyRefusal struct {
	host   string
	status int
}

func (p *proxyRefusal) Error() string {
	return fmt.Sprintf("the proxy %s answers %d %s", p.host, p.status, http.StatusText(p.status))
}

// final tells whether the proxy would say the same again.
func (p *proxyRefusal) final() bool { return p.status < http.StatusInternalServerError }

// hint is what to do about it.
func (p *proxyRefusal) hint() string {
	switch p.status {
	case http.StatusProxyAuthRequired:
		return "put a name and password for it into the environment, as HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"
	case http.StatusForbidden:
		return "have it let this server through, or name another in proxy"
	}
	return "look at proxy, or at HTTPS_PROXY and NO_PROXY in the environment"
}

// ThroughProxy is an http.Transport's OnProxyConnectResponse: it says what a proxy said
// that did not lead to the server. The standard library keeps of it the words after the
// status alone, such as Forbidden.
func ThroughProxy(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{host: proxy.Host, status: resp.StatusCode}
}
