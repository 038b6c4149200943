package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token"
)

// OAuth are the settings of credentials that expire and are renewed (RFC 6749): with
// a refresh token (section 6), or without one in the program's own name (section
// 4.4).
type OAuth struct {
	TokenURL     string            `yaml:"token_url" doc:"The address at which tokens are renewed."`
	ClientID     string            `yaml:"client_id" silence:"true" doc:"The id under which the program is registered."`
	ClientSecret connectors.Secret `yaml:"client_secret" secret:"true" doc:"The secret that belongs to the id."`
	RefreshToken connectors.Secret `yaml:"refresh_token" secret:"true" silence:"true" doc:"What a new token is asked for with. Without it the program acts in its own name."`
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
	if err := token.CheckAddress(o.TokenURL); err != nil {
		errs = append(errs, fmt.Errorf("token_url: %w", err))
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
	*token.Renewer
}

func newRenewing(o OAuth, client *http.Client, warn func(string)) (*renewing, error) {
	options := token.Options{
		Client:  token.Client{ID: o.ClientID, Secret: o.ClientSecret, Scopes: o.Scopes, TokenURL: o.TokenURL},
		Refresh: o.RefreshToken, Own: o.RefreshToken == "", HTTP: client, Warn: warn,
		Again: "make a new refresh token and put it in the configuration", Keeper: "oauth.file",
	}
	if o.File != "" {
		options.Keep = token.File{Path: o.File, Of: token.Of(o.TokenURL, o.ClientID, o.RefreshToken), Setting: "oauth.file"}
	}
	r, err := token.NewRenewer(context.Background(), options) // a file is read
	return &renewing{r}, err
}

// sign adds the token to a request.
func (c *renewing) sign(r *http.Request) error {
	t, err := c.Token(r.Context())
	if err != nil {
		return err
	}
	t.SetAuthHeader(r)
	return nil
}

// refused tells that the server did not take the token of a request.
func (c *renewing) refused(r *http.Request) error {
	_, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return c.Refused(r.Context(), access)
}
