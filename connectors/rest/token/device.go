package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/deskhaul/deskhaul/connectors"
)

// Device has a person log in on any machine that has a browser: with an address and a
// code that is entered there (RFC 8628). It waits until that has been done, or may no
// longer be.
func (c Client) Device(ctx context.Context, client *http.Client, p connectors.Person, extra ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	web := within(ctx, client)
	// The library finds out how a secret is sent by sending it twice, which a server
	// takes for asking too often.
	config := c.config(oauth2.AuthStyleInParams)
	d, err := config.DeviceAuth(web, extra...)
	if err != nil {
		return nil, c.notLoggedIn(c.DeviceURL, err)
	}
	if d.DeviceCode == "" || d.UserCode == "" || d.VerificationURI == "" {
		return nil, fmt.Errorf("%s gave no code to log in with: %w", c.DeviceURL, connectors.ErrDenied)
	}
	if err := p.Visit(connectors.Visit{Address: d.VerificationURI, Code: d.UserCode, Until: d.Expiry}); err != nil {
		return nil, err
	}
	for {
		t, err := config.DeviceAccessToken(web, d)
		if _, busy := answered(err, nil); err != nil && busy && ctx.Err() == nil && (d.Expiry.IsZero() || time.Now().Before(d.Expiry)) {
			d.Interval = max(d.Interval, 5) * 2 // a line that broke: less often then, says section 3.5
			continue
		}
		if err != nil && ctx.Err() == nil {
			return nil, c.notLoggedIn(c.TokenURL, err)
		}
		return c.lasting(t, err)
	}
}

// lasting is a token that can be renewed.
func (c Client) lasting(t *oauth2.Token, err error) (*oauth2.Token, error) {
	if err == nil && t.RefreshToken == "" {
		return nil, &connectors.Trouble{
			Reason: connectors.ReasonTransient, Hint: "add offline_access to oauth.scopes, or what else the provider wants for that",
			Err: fmt.Errorf("%s gave a token that cannot be renewed: %w", c.TokenURL, connectors.ErrDenied),
		}
	}
	return t, err
}

// notLoggedIn makes one sentence of a login that failed.
func (c Client) notLoggedIn(where string, err error) error {
	trouble := func(hint, what string) error {
		return &connectors.Trouble{Reason: connectors.ReasonTransient, Hint: hint, Err: fmt.Errorf("%s: %w", what, connectors.ErrDenied)}
	}
	code := codeOf(err)
	switch {
	case code == "expired_token", errors.Is(err, context.DeadlineExceeded):
		return trouble("run it again and enter the new code", "nobody entered the code in time")
	case code == "access_denied", code == "authorization_declined": // the latter is Microsoft's
		return trouble("run it again and accept what the page asks for", "the login was declined in the browser")
	}
	said, _ := answered(err, []connectors.Secret{c.Secret})
	if said == "" {
		return &connectors.Trouble{
			Reason: connectors.ReasonTransient, Hint: "look at the network of this machine and at HTTPS_PROXY, then run it again",
			Err: fmt.Errorf("%s cannot be reached: %w", where, unreached(err)),
		}
	}
	return trouble(hint(err, "look at the settings under oauth"), fmt.Sprintf("%s refuses the login: %s", where, said))
}
