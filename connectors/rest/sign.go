package rest

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
)

// Bearer signs with a token (RFC 6750).
func Bearer(token connectors.Secret) func(*http.Request) error {
	return Authorization("Bearer", token)
}

// Authorization signs with a token behind a word of the vendor's choice.
func Authorization(word string, token connectors.Secret) func(*http.Request) error {
	return func(r *http.Request) error {
		r.Header.Set("Authorization", word+" "+token.Reveal())
		return nil
	}
}

// Basic signs with a name and a password (RFC 7617).
func Basic(user string, password connectors.Secret) func(*http.Request) error {
	return func(r *http.Request) error {
		r.SetBasicAuth(user, password.Reveal())
		return nil
	}
}

// Query signs with a token in a parameter of the address, for who takes it nowhere else.
// What stands in an address is easily told: so the request that the rest of the client
// sees has none, and only the copy that goes to the account's own host does. Give the
// token in Options.Secrets besides.
func Query(name string, token connectors.Secret) func(*http.Request) error {
	return func(r *http.Request) error {
		q := r.URL.Query()
		q.Set(name, token.Reveal())
		r.URL.RawQuery = q.Encode()
		return nil
	}
}

// signer adds the credentials to what goes to the account's own host. They go there as
// secretly as the account's address says: a system behind a proxy may name its next page
// without the "s".
type signer struct {
	base *url.URL
	sign func(*http.Request) error
	// refused is told of a request whose credentials the server did not take, and
	// renews them; nil: they cannot be renewed.
	refused func(*http.Request) error
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.sign == nil || r.URL.Host != s.base.Host {
		return s.next.RoundTrip(r)
	}
	resp, signed, err := s.send(r)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || s.refused == nil {
		return resp, err
	}
	// The server did not act on it: it may be sent again, whatever it is.
	again := r.Clone(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		if r.GetBody == nil {
			return resp, nil
		}
		if again.Body, err = r.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // the answer says more
		}
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	_ = resp.Body.Close()
	if err := s.refused(signed); err != nil {
		return nil, s.notSent(again, err)
	}
	resp, _, err = s.send(again)
	return resp, err
}

// send signs a copy of the request and sends it.
func (s *signer) send(r *http.Request) (*http.Response, *http.Request, error) {
	signed := r.Clone(r.Context())
	if s.base.Scheme == "https" {
		signed.URL.Scheme = s.base.Scheme
	}
	if err := s.sign(signed); err != nil {
		return nil, signed, s.notSent(r, err)
	}
	resp, err := s.next.RoundTrip(signed)
	return resp, signed, err
}

func (s *signer) notSent(r *http.Request, err error) error {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &unsent{error: err, again: s.refused != nil && !errors.Is(err, connectors.ErrDenied)}
}

// unsent is an error of a request that was never sent; again tells that the next
// attempt may fare better.
type unsent struct {
	error
	again bool
}

func (u *unsent) Unwrap() error { return u.error }
