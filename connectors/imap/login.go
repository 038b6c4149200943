package imap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token"
)

// access is how sessions log in: they share one token.
type access struct {
	config *Config
	env    connectors.Env
	mu     sync.Mutex
	tokens *token.Renewer // nil: none was needed yet
}

func (a *access) renewer(ctx context.Context) (*token.Renewer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens != nil {
		return a.tokens, nil
	}
	var err error
	a.tokens, err = a.config.renewer(ctx, a.env)
	return a.tokens, err
}

// token is a token that is good as far as one can know. It is got before there is a
// line, which would not wait for it.
func (a *access) token(ctx context.Context) (string, error) {
	if !a.config.tokens() {
		return "", nil
	}
	r, err := a.renewer(ctx)
	if err != nil {
		return "", err
	}
	t, err := r.Token(ctx)
	if err != nil {
		return "", err
	}
	return t.AccessToken, nil
}

// refusedToken is a token that the server did not take.
type refusedToken struct {
	error
	token string
}

func (r *refusedToken) Unwrap() error { return r.error }

// renewed tells whether there is a new token to try, after an error of a login.
func (a *access) renewed(ctx context.Context, err error) (bool, error) {
	var refused *refusedToken
	if !errors.As(err, &refused) {
		return false, err
	}
	r, fails := a.renewer(ctx)
	if fails == nil {
		fails = r.Refused(ctx, refused.token)
	}
	return fails == nil, fails
}

// login tells the server who we are.
func (c *Config) login(client *imapclient.Client, access string) error {
	caps := client.Caps()
	mechanism, err := c.mechanism(caps)
	if err != nil {
		return err
	}
	var b *bearer
	switch whose := cmp.Or(c.Mailbox, c.User); mechanism {
	case "PLAIN":
		err = client.Authenticate(sasl.NewPlainClient(c.Mailbox, c.User, c.Password.Reveal()))
	case "LOGIN":
		err = client.Login(c.User, c.Password.Reveal()).Wait()
	case "XOAUTH2":
		b = newXOAUTH2(whose, access)
	default:
		b = newOAUTHBEARER(whose, access, c.host(), c.port())
	}
	if b == nil {
		return c.refusedLogin(err)
	}
	err = client.Authenticate(b)
	var answer *imap.Error
	if errors.As(err, &answer) && answer.Type != imap.StatusResponseTypeBye && !notNow(answer) {
		return &refusedToken{c.tokenNotTaken(answer, b.why()), access}
	}
	return c.refusedLogin(err)
}

// mechanism chooses how to log in: with a password by SASL PLAIN where the server knows
// that, which takes any letters, else by LOGIN.
func (c *Config) mechanism(caps imap.CapSet) (string, error) {
	has := func(name string) bool { return caps.Has(imap.AuthCap(name)) }
	switch {
	case !c.tokens() && has("PLAIN"):
		return "PLAIN", nil
	case !c.tokens() && caps.Has(imap.CapLoginDisabled):
		return "", c.denied(c.loginDisabled(), "%s takes no password here (LOGINDISABLED)", c.address())
	case !c.tokens() && c.Mailbox != "":
		return "", c.denied("take mailbox out, or log in as "+c.Mailbox+" itself", "%s has no way to open the mailbox of another with a password (AUTH=PLAIN)", c.address())
	case !c.tokens():
		return "LOGIN", nil
	case c.Auth != "oauthbearer" && has("XOAUTH2"):
		return "XOAUTH2", nil
	case c.Auth != "xoauth2" && has(sasl.OAuthBearer):
		return sasl.OAuthBearer, nil
	}
	return "", c.denied("set password, or name another way in auth", "%s does not offer %s", c.address(), map[string]string{"xoauth2": "XOAUTH2", "oauthbearer": "OAUTHBEARER"}[c.Auth]+orBoth(c.Auth))
}

func orBoth(auth string) string {
	if auth == "" {
		return "to log in with a token (XOAUTH2 or OAUTHBEARER)"
	}
	return ""
}

// denied is an error that will be the same at the next attempt.
func (c *Config) denied(hint, format string, args ...any) error {
	return &connectors.Trouble{Reason: connectors.ReasonTransient, Hint: hint, Err: fmt.Errorf("%w: %w", fmt.Errorf(format, args...), connectors.ErrDenied)}
}
