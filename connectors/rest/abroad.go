package rest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unicode"

	"golang.org/x/net/idna"
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
	host, err := ascii(r.URL.Hostname())
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, &strayed{masked(r.URL), "its host is no name (" + err.Error() + ")"}
	}
	trip := &journey{to: net.JoinHostPort(host, port(r.URL)), home: a.base.Hostname()}
	return a.next.RoundTrip(r.WithContext(context.WithValue(r.Context(), journeyKey{}, trip)))
}

// journey is in the context of a request to another host, for who dials.
type journey struct {
	to    string                 // the host and port of the address
	home  string                 // the account's host
	proxy atomic.Pointer[string] // the host and port of the proxy that is to lead there; nil: none
}

type journeyKey struct{}

// port is what a transport dials of an address, or of a proxy's.
func port(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
}

// ascii is the form in which net/http dials a host and a resolver looks it up: a name
// may be written in other letters, and so may the digits of an address.
func ascii(host string) (string, error) {
	if !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return host, nil
	}
	return idna.Lookup.ToASCII(host)
}

// Proxied has a transport's choice of a proxy told to Dial, which lets nobody but the
// configured proxy and the account itself lie inside our network.
func Proxied(choose func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := choose(r)
		if trip, is := r.Context().Value(journeyKey{}).(*journey); is && err == nil && proxy != nil {
			if host, bad := ascii(proxy.Hostname()); bad == nil {
				address := net.JoinHostPort(host, port(proxy))
				trip.proxy.Store(&address)
			}
		}
		return proxy, err
	}
}

// Dial dials for an http.Transport, whose choice of a proxy is Proxied. For a request to
// another host than the account's it connects only where anybody may, unless the account
// itself is on this machine or its network. A proxy looks itself where it leads.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	trip, is := ctx.Value(journeyKey{}).(*journey)
	if is && !trip.by(address) && !inside(ctx, trip.home) {
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

// by tells whether an address is that of the proxy that leads there.
func (j *journey) by(address string) bool {
	proxy := j.proxy.Load()
	return proxy != nil && *proxy == address
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

// ours are networks that the standard library does not tell from everybody's: this
// machine's own (RFC 791), those between a provider and its customers (RFC 6598), and
// those of a site (RFC 3879, RFC 8215).
var ours = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("64:ff9b:1::/48"),
}

// carriers are networks of IPv6 whose addresses stand for one of IPv4, which begins at
// the byte: NAT64 (RFC 6052) and 6to4 (RFC 3056).
var carriers = map[netip.Prefix]int{netip.MustParsePrefix("64:ff9b::/96"): 12, netip.MustParsePrefix("2002::/16"): 2}

// private tells whether an address means something on this machine or its network alone.
func private(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for net, at := range carriers {
		if net.Contains(ip) {
			all := ip.As16()
			return private(netip.AddrFrom4([4]byte(all[at : at+4])))
		}
	}
	return !ip.IsGlobalUnicast() || ip.IsPrivate() || slices.ContainsFunc(ours, func(net netip.Prefix) bool { return net.Contains(ip) })
}

// inside tells whether a host is on this machine or its network.
func inside(ctx context.Context, host string) bool {
	host, err := ascii(host)
	if err != nil {
		return false
	}
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
