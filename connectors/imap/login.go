package imap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"github.com/deskhaul/deskhaul/connectors"
)

// login tells the server who we are: by SASL PLAIN where it knows that, which takes
// any letters, else by LOGIN.
func (c *Config) login(_ context.Context, client *imapclient.Client) error {
	if client.Caps().Has(imap.AuthCap("PLAIN")) {
		return client.Authenticate(sasl.NewPlainClient("", c.User, c.Password.Reveal()))
	}
	return client.Login(c.User, c.Password.Reveal()).Wait()
}

// refusedLogin makes one sentence of what a server says to a login that it does not
// take.
func (c *Config) refusedLogin(err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) || notNow(answer) {
		return err
	}
	says, hint := strings.ToLower(answer.Text), "look at user and password"
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(says, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("application-specific", "app password", "application password"):
		hint = "the provider wants an application password: make one in the account's security settings and set it as password"
	case has("web browser", "weblogin"):
		hint = "log in once with a browser, then run again"
	case has("not enabled for imap", "imap is disabled", "imap access"):
		hint = "switch IMAP on in the settings of the mailbox"
	case has("locked", "disabled", "suspended", "blocked"):
		hint = "the account is locked: unlock it where it is administered"
	case answer.Code == imap.ResponseCodeExpired || has("expired"):
		hint = "the password has expired: set a new one"
	case answer.Code == imap.ResponseCodePrivacyRequired || has("encrypt", "tls required", "plaintext authentication"):
		hint = "the server wants a safe connection: set security to tls or starttls"
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: hint,
		Err: fmt.Errorf("%s does not let %s in: %s: %w", c.host(), c.User, said(answer), connectors.ErrDenied),
	}
}
