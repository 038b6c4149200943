package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/deskhaul/deskhaul/connectors"
)

// OAuth are the settings of credentials that expire and are renewed (RFC 6749): with
// a refresh token (section 6), or without one in the program's own name (section
// 4.4).
type OAuth struct {
	TokenURL     string            `yaml:"token_url" doc:"The address at which tokens are renewed."`
	ClientID     string            `yaml:"client_id" doc:"The id under which the program is registered."`
	ClientSecret connectors.Secret `yaml:"client_secret" secret:"true" doc:"The secret that belongs to the id."`
	RefreshToken connectors.Secret `yaml:"refresh_token" secret:"true" doc:"What a new token is asked for with. Without it the program acts in its own name."`
	Scopes       []string          `yaml:"scopes" doc:"What the token is to be good for, in the vendor's words."`
	File         string            `yaml:"file" path:"true" doc:"A file in which renewed tokens are kept for the next run; only you may read it. Needed where each refresh token can be used once only."`
}

// Given tells whether anything of it was set.
func (o OAuth) Given() bool {
	return o.TokenURL != "" || o.ClientID != "" || o.ClientSecret != "" || o.RefreshToken != "" || o.File != ""
}

// Check finds what is missing, by its key.
func (o OAuth) Check() error {
	var errs []error
	if u, err := url.Parse(o.TokenURL); err != nil || u.Host == "" {
		errs = append(errs, fmt.Errorf("token_url: %q is no address: write it as https://…", o.TokenURL))
	}
	if o.ClientID == "" {
		errs = append(errs, errors.New("client_id: missing"))
	}
	if o.RefreshToken == "" && o.ClientSecret == "" {
		errs = append(errs, errors.New("refresh_token: missing, and there is no client_secret to do without it"))
	}
	return errors.Join(errs...)
}

// renewing signs with a token of OAuth and renews it: before it expires, and when the
// server says that it has.
type renewing struct {
	settings OAuth
	http     *http.Client
	warn     func(string)
	lent     oauth2.Config
	own      clientcredentials.Config

	mu     sync.Mutex
	token  *oauth2.Token // nil: none yet
	unkept bool          // the file does not have it yet
}

func newRenewing(o OAuth, client *http.Client, warn func(string)) (*renewing, error) {
	token, err := o.kept()
	return &renewing{
		settings: o, http: client, warn: warn, token: token,
		lent: oauth2.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL}, Scopes: o.Scopes},
		own:  clientcredentials.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), TokenURL: o.TokenURL, Scopes: o.Scopes},
	}, err
}

// sign adds the token to a request.
func (c *renewing) sign(r *http.Request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var err error
	switch {
	case !c.token.Valid():
		err = c.ask(r.Context())
	case c.unkept:
		err = c.keep()
	}
	if err != nil {
		return err
	}
	c.token.SetAuthHeader(r)
	return nil
}

// refused tells that the server did not take the token of a request. It is renewed,
// unless that has been done since.
func (c *renewing) refused(r *http.Request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != nil && r.Header.Get("Authorization") != c.token.Type()+" "+c.token.AccessToken {
		return nil
	}
	return c.ask(r.Context())
}

// ask gets a new token and keeps it.
func (c *renewing) ask(ctx context.Context) error {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, c.http)
	o := c.settings
	refresh := o.RefreshToken.Reveal()
	if c.token != nil && c.token.RefreshToken != "" {
		refresh = c.token.RefreshToken
	}
	var source oauth2.TokenSource
	if refresh == "" {
		source = c.own.TokenSource(ctx)
	} else {
		source = c.lent.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh})
	}
	token, err := source.Token()
	if err != nil {
		return c.explained(err)
	}
	c.token, c.unkept = token, true
	if token.RefreshToken != "" && token.RefreshToken != refresh && o.File == "" {
		c.warn("the server gave a new refresh token, and the one in the configuration may not be good again: say oauth.file, so that it is kept")
	}
	return c.keep()
}

func (c *renewing) keep() error {
	err := c.settings.keep(c.token)
	c.unkept = err != nil
	return err
}

// explained makes one sentence of what went wrong, with nothing secret in it.
func (c *renewing) explained(err error) error {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return fmt.Errorf("the token could not be renewed at %s: %w: %w", c.settings.TokenURL, err, connectors.ErrBusy)
	}
	said := answer.ErrorCode
	if said == "" && answer.Response != nil {
		said = answer.Response.Status
	}
	if answer.ErrorDescription != "" {
		said += ": " + answer.ErrorDescription
	}
	said = masking(c.known()).Replace(said)
	if answer.Response != nil && (answer.Response.StatusCode >= 500 || answer.Response.StatusCode == http.StatusTooManyRequests) {
		return fmt.Errorf("the token could not be renewed at %s: %s: %w", c.settings.TokenURL, said, connectors.ErrBusy)
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: "make a new refresh token and put it in the configuration",
		Err: fmt.Errorf("the token could not be renewed at %s: %s: %w", c.settings.TokenURL, said, connectors.ErrDenied),
	}
}

// secrets are those that must not be seen in an error, today's token among them.
func (c *renewing) secrets() []connectors.Secret {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known()
}

func (c *renewing) known() []connectors.Secret {
	out := []connectors.Secret{c.settings.ClientSecret, c.settings.RefreshToken}
	if c.token != nil {
		out = append(out, connectors.Secret(c.token.AccessToken), connectors.Secret(c.token.RefreshToken))
	}
	return out
}
