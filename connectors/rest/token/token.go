// Package token gets, renews and keeps the tokens of OAuth 2 (RFC 6749), for whatever
// protocol they are sent in.
package token

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/deskhaul/deskhaul/connectors"
)

// Client is a program as it is registered with who issues tokens.
type Client struct {
	ID     string
	Secret connectors.Secret // "" for programs that cannot keep one
	Scopes []string          // what tokens are to be good for
	// Where tokens are renewed, where a device asks for a code (RFC 8628), and where a
	// browser asks a person; the latter two may be "".
	TokenURL, DeviceURL, AuthURL string
	// Style is how the secret is sent; zero: as the server turns out to want it.
	Style oauth2.AuthStyle
}

func (c Client) config(style oauth2.AuthStyle) oauth2.Config {
	return oauth2.Config{
		ClientID: c.ID, ClientSecret: c.Secret.Reveal(), Scopes: c.Scopes,
		Endpoint: oauth2.Endpoint{TokenURL: c.TokenURL, DeviceAuthURL: c.DeviceURL, AuthURL: c.AuthURL, AuthStyle: style},
	}
}

// Options are what a Renewer works with.
type Options struct {
	Client
	// Refresh is the refresh token of the configuration, "" if there is none there.
	Refresh connectors.Secret
	// Own says that the program acts in its own name (RFC 6749, section 4.4) when there
	// is no refresh token.
	Own  bool
	Keep Keep // nil: tokens are forgotten
	HTTP *http.Client
	Warn func(string)
	// Again says what a person can do when the refresh token is no longer good, in an
	// imperative sentence.
	Again string
	// Keeper is the setting under which new tokens would be kept.
	Keeper string
}

// Renewer holds one token for all who need it, and renews it: before it expires, and
// when a server says that it is not good. It may be used from several goroutines.
type Renewer struct {
	o   Options
	mu  sync.Mutex
	now *oauth2.Token // nil: none yet
	// unkept is a new token that could not be kept: it is not used before it is.
	unkept *oauth2.Token
}

// NewRenewer makes one, with the token that is kept. It asks nobody.
func NewRenewer(ctx context.Context, o Options) (*Renewer, error) {
	r := &Renewer{o: o}
	if o.Keep == nil {
		return r, nil
	}
	var err error
	r.now, err = o.Keep.Load(ctx)
	return r, err
}

// Token is a token that is good as far as one can know.
func (r *Renewer) Token(ctx context.Context) (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.keep(ctx); err != nil {
		return nil, err
	}
	if !r.now.Valid() {
		if err := r.renew(ctx); err != nil {
			return nil, err
		}
	}
	return r.now, nil
}

// Refused tells that a server did not take a token. It is renewed, unless that has been
// done since.
func (r *Renewer) Refused(ctx context.Context, access string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now != nil && r.now.AccessToken != access {
		return nil
	}
	return r.renew(ctx)
}

func (r *Renewer) refresh() string {
	if r.now != nil && r.now.RefreshToken != "" {
		return r.now.RefreshToken
	}
	return r.o.Refresh.Reveal()
}

// renew gets a new token and keeps it.
func (r *Renewer) renew(ctx context.Context) error {
	if err := r.keep(ctx); err != nil {
		return err
	}
	with := r.refresh()
	if with == "" && !r.o.Own {
		return &connectors.Trouble{Reason: connectors.ReasonTransient, Hint: r.o.Again, Err: fmt.Errorf("nobody has logged in yet: %w", connectors.ErrDenied)}
	}
	token, err := r.ask(ctx, with)
	if other := r.other(ctx, with, err); other != "" {
		with = other
		token, err = r.ask(ctx, with)
	}
	if err != nil {
		return r.explained(err)
	}
	if token.RefreshToken != "" && token.RefreshToken != with && r.o.Keep == nil {
		r.o.Warn("the server gave a new refresh token, and the one in the configuration may not be good again: say " + r.o.Keeper + ", so that it is kept")
	}
	r.unkept = token
	return r.keep(ctx)
}

func (r *Renewer) ask(ctx context.Context, refresh string) (*oauth2.Token, error) {
	ctx = within(ctx, r.o.HTTP)
	if refresh == "" {
		c := clientcredentials.Config{ClientID: r.o.ID, ClientSecret: r.o.Secret.Reveal(), TokenURL: r.o.TokenURL, Scopes: r.o.Scopes, AuthStyle: r.o.Style}
		return c.TokenSource(ctx).Token()
	}
	c := r.o.config(r.o.Style)
	return c.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
}

// other is a refresh token that another process has got and kept since ours turned out
// to be no longer good.
func (r *Renewer) other(ctx context.Context, ours string, err error) string {
	if r.o.Keep == nil || codeOf(err) != "invalid_grant" {
		return ""
	}
	kept, err := r.o.Keep.Load(ctx)
	if err != nil || kept == nil || kept.RefreshToken == ours {
		return ""
	}
	return kept.RefreshToken
}

// keep makes a new token durable, and only then the one that is used: of two refresh
// tokens only the newer one may be good.
func (r *Renewer) keep(ctx context.Context) error {
	if r.unkept == nil {
		return nil
	}
	if r.o.Keep != nil {
		if err := r.o.Keep.Save(context.WithoutCancel(ctx), r.unkept); err != nil {
			return err
		}
	}
	r.now, r.unkept = r.unkept, nil
	return nil
}

// Secrets are those that must not be seen in an error, today's token among them.
func (r *Renewer) Secrets() []connectors.Secret {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.secrets()
}

func (r *Renewer) secrets() []connectors.Secret {
	out := []connectors.Secret{r.o.Secret, r.o.Refresh}
	for _, t := range []*oauth2.Token{r.now, r.unkept} {
		if t != nil {
			out = append(out, connectors.Secret(t.AccessToken), connectors.Secret(t.RefreshToken))
		}
	}
	return out
}
