package rest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Answers name addresses of other hosts: a file lies with a storage service, or the
// answer is that it has moved. What stands in an answer may be a customer's doing, so
// such an address is never asked in the clear where the account is not, and never one
// that only this machine or its network can reach: through a ticket nobody is to look
// into the network of whoever moves it (server-side request forgery).

// strayed is an address that an answer led to, and that is not asked.
type strayed struct{ where, why string }

func (s *strayed) Error() string { return s.where + " is not asked: " + s.why }

// abroad guards the requests to other hosts than the account's.
type abroad struct {
	base *url.URL
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (a *abroad) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == a.base.Host {
		return a.next.RoundTrip(r)
	}
	if r.URL.Scheme != "https" && a.base.Scheme == "https" {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, &strayed{masked(r.URL), "what goes there can be read on its way"}
	}
	trip := &journey{to: hostPort(r.URL), home: a.base.Hostname()}
	return a.next.RoundTrip(r.WithContext(context.WithValue(r.Context(), journeyKey{}, trip)))
}

// journey is in the context of a request to another host, for who dials.
type journey struct {
	to   string // the host and port of the address
	home string // the account's host
}

type journeyKey struct{}

// hostPort is what a transport dials for an address, if no proxy does.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// Dial dials for an http.Transport. To another host than the account's it connects only
// where anybody may, unless the account itself is on this machine or its network. A
// proxy looks itself where it leads.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	trip, is := ctx.Value(journeyKey{}).(*journey)
	if is && trip.to == address && !inside(ctx, trip.home) {
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error { return onlyPublic(address) }
	}
	conn, err := dialer.DialContext(ctx, network, address)
	var stray *strayed
	if errors.As(err, &stray) {
		stray.where = trip.to
		return nil, stray
	}
	return conn, err
}

// onlyPublic refuses an address, resolved by now, that is not everybody's.
func onlyPublic(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	if private(at.Addr()) {
		return &strayed{address, "an answer named it, and it is an address inside this network (" + at.Addr().String() + ")"}
	}
	return nil
}

// shared are the addresses between a provider and its customers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// private tells whether an address means something on this machine or its network alone.
func private(ip netip.Addr) bool {
	ip = ip.Unmap()
	return !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || shared.Contains(ip)
}

// inside tells whether a host is on this machine or its network.
func inside(ctx context.Context, host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return private(ip)
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return false
	}
	for _, ip := range ips {
		if private(ip) {
			return true
		}
	}
	return false
}
