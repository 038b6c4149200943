package imap

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token"
)

// OAuth is how tokens are got that stand for a password.
type OAuth struct {
	ClientID     string            `yaml:"client_id" doc:"The id under which the program is registered with the provider."`
	ClientSecret connectors.Secret `yaml:"client_secret" secret:"true" doc:"The secret that belongs to the id, where there is one: Google has one for desktop apps too."`
	Tenant       string            `yaml:"tenant" doc:"Microsoft: the organisation, by its domain or number. Default: common."`
	Scopes       []string          `yaml:"scopes" doc:"What the token is to be good for. Default: what the preset needs. One that ends in /.default, with a client_secret, lets the program act in its own name, without a login."`
	TokenURL     string            `yaml:"token_url" doc:"Where tokens are given. Default: as the preset has it."`
	DeviceURL    string            `yaml:"device_url" doc:"Where a code for a login on any device is given (RFC 8628). Default: as the preset has it."`
	AuthURL      string            `yaml:"auth_url" doc:"The page on which a person logs in. Default: as the preset has it."`
	RefreshToken connectors.Secret `yaml:"refresh_token" secret:"true" doc:"A refresh token that was got elsewhere, in place of deskhaul login."`
	File         string            `yaml:"file" path:"true" doc:"A file in which renewed tokens are kept, which only you may read. Default: the system's keyring, or a file in the project's .deskhaul where there is none."`
}

// issuer is the program as it is registered.
func (c *Config) issuer() token.Client {
	p := c.provider()
	o := token.Client{
		ID: c.OAuth.ClientID, Secret: c.OAuth.ClientSecret, Scopes: c.OAuth.Scopes,
		TokenURL: c.filled(c.OAuth.TokenURL, p.tokenURL), DeviceURL: c.filled(c.OAuth.DeviceURL, p.deviceURL), AuthURL: c.filled(c.OAuth.AuthURL, p.authURL),
	}
	if o.Scopes == nil {
		o.Scopes = p.scopes
	}
	if p.tokenURL != "" || o.Secret == "" {
		o.Style = oauth2.AuthStyleInParams
	}
	return o
}

// own tells whether the program acts in its own name.
func (c *Config) own() bool {
	for _, s := range c.OAuth.Scopes {
		if strings.HasSuffix(s, "/.default") {
			return c.OAuth.ClientSecret != "" && c.OAuth.RefreshToken == ""
		}
	}
	return false
}

// tokens tells whether it is logged in with a token.
func (c *Config) tokens() bool {
	return c.Auth == "xoauth2" || c.Auth == "oauthbearer" || c.Auth == "" && c.Password == ""
}

var errNoPassword = errors.New("password: is missing: write ${NAME} of an environment variable that holds it, or {file: PATH}")

func (c *Config) checkAuth() error {
	if !c.tokens() {
		if c.Password == "" {
			return errNoPassword
		}
		return nil
	}
	o := c.issuer()
	guide := c.provider().guide
	switch {
	case o.ID == "" && c.isOutlook():
		return fmt.Errorf("oauth.client_id: is missing: Microsoft takes no passwords: %s and name its id here", guide)
	case o.ID == "" && guide != "":
		return fmt.Errorf("oauth.client_id: is missing, and so is a password: %s and name its id here, or set password", guide)
	case o.ID == "" && c.Auth == "" && o.TokenURL == "":
		return errNoPassword
	case o.ID == "":
		return errors.New("oauth.client_id: is missing: it is the id under which the program is registered with the provider")
	}
	var errs []error
	for key, address := range map[string]string{"token_url": o.TokenURL, "device_url": o.DeviceURL, "auth_url": o.AuthURL} {
		if address == "" {
			if key == "token_url" {
				errs = append(errs, errors.New("oauth.token_url: is missing: write it as https://…, or say preset"))
			}
			continue
		}
		if err := token.CheckAddress(address); err != nil {
			errs = append(errs, fmt.Errorf("oauth.%s: %w", key, err))
		}
	}
	return errors.Join(errs...)
}

// keep is where the tokens are kept; nil: nowhere.
func (c *Config) keep(env connectors.Env) token.Keep {
	o := c.issuer()
	of := token.Of(o.TokenURL, o.ID, c.OAuth.RefreshToken)
	switch {
	case c.own():
		return nil
	case c.OAuth.File != "":
		return token.File{Path: c.OAuth.File, Of: of, Setting: "oauth.file"}
	case env.Vault != nil:
		return c.vault(env, of)
	}
	return nil
}

// vault names the person and the issuer: shared mailboxes of one person have one login.
func (c *Config) vault(env connectors.Env, of string) token.InVault {
	u, _ := url.Parse(c.issuer().TokenURL) // Check has looked at it
	return token.InVault{Vault: env.Vault, Name: fmt.Sprintf("%s at %s, as program %s", c.User, u.Host, c.OAuth.ClientID), Of: of}
}

func (c *Config) renewer(ctx context.Context, env connectors.Env) (*token.Renewer, error) {
	again := fmt.Sprintf("log in as %s: deskhaul login", c.User)
	switch {
	case c.own():
		again = "look at the settings under oauth"
	case c.OAuth.RefreshToken != "":
		again = "take oauth.refresh_token out of the configuration and log in: deskhaul login"
	}
	return token.NewRenewer(ctx, token.Options{
		Client: c.issuer(), Refresh: c.OAuth.RefreshToken, Own: c.own(), Keep: c.keep(env), HTTP: env.HTTP,
		Warn: func(s string) { env.Log.Warn(s) }, Again: again, Keeper: "oauth.file",
	})
}

// LogsIn implements connectors.Loginer.
func (c *Config) LogsIn() bool { return c.tokens() && !c.own() && c.OAuth.RefreshToken == "" }

// Login implements connectors.Loginer. What it gives is tried at once.
func (c *Config) Login(ctx context.Context, env connectors.Env, p connectors.Person) (done string, err error) {
	t, err := c.ask(ctx, env, p)
	if err != nil {
		return "", err
	}
	where := c.OAuth.File
	switch k := c.keep(env).(type) {
	case nil:
		return "", errors.New("imap: there is nowhere to keep the login: say oauth.file")
	case token.InVault:
		where, err = k.Put(ctx, t)
	default:
		err = k.Save(ctx, t)
	}
	if err != nil {
		return "", err
	}
	s, err := c.dialer(env)(ctx)
	if err != nil {
		return "", fmt.Errorf("the login is kept in %s, but it does not open the mailbox: %w", where, err)
	}
	s.close()
	return fmt.Sprintf("%s is logged in to %s; the login is kept in %s.", c.User, c.account(), where), nil
}

// LoginName implements connectors.LoginSharer: the mailboxes of one person share what is
// kept under one name, if it is good for the same.
func (c *Config) LoginName() string {
	o := c.issuer()
	return strings.Join(append([]string{c.User, o.TokenURL, o.ID, o.AuthURL, o.DeviceURL, c.OAuth.File}, o.Scopes...), "\x00")
}

// TryLogin implements connectors.LoginSharer.
func (c *Config) TryLogin(ctx context.Context, env connectors.Env) (done string, err error) {
	s, err := c.dialer(env)(ctx)
	if err != nil {
		return "", fmt.Errorf("the login of %s is kept, but it does not open the mailbox: %w", c.User, err)
	}
	s.close()
	return fmt.Sprintf("%s is logged in to %s with the same login.", c.User, c.account()), nil
}

// ask has the person log in.
func (c *Config) ask(ctx context.Context, env connectors.Env, p connectors.Person) (*oauth2.Token, error) {
	o := c.issuer()
	if o.DeviceURL != "" && (o.AuthURL == "" || !p.Browser()) {
		return o.Device(ctx, env.HTTP, p)
	}
	if o.AuthURL == "" {
		return nil, errors.New("oauth.device_url: is not set, nor is auth_url: one of them must be for a login")
	}
	back := c.provider().back
	if back == "" {
		back = "127.0.0.1"
	}
	extra := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("login_hint", c.User)}
	if c.isGmail() { // else it gives a refresh token at the first login only
		extra = append(extra, oauth2.AccessTypeOffline, oauth2.SetAuthURLParam("prompt", "consent"))
	}
	return o.Browser(ctx, env.HTTP, p, back, extra...)
}
