package imap

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// refusals are what servers say when they do not let somebody in, and what to do then.
// The words are those of real servers: Gmail ("[ALERT] Application-specific password
// required: https://…", "[ALERT] Please log in via your web browser: https://…",
// "[ALERT] Your account is not enabled for IMAP use."), Microsoft ("Basic
// authentication is disabled.", "LOGIN failed. BasicAuthBlocked", "Account is blocked.
// Login to your account via a web browser to verify your identity."), Yandex ("LOGIN
// invalid credentials or IMAP is disabled"), Mail.ru ("Application password is
// REQUIRED"), Zoho ("You are yet to enable IMAP for your account"), Dovecot
// ("Plaintext authentication disallowed on non-secure (SSL/TLS) connections."). The
// first that fits counts.
var refusals = []struct {
	words []string
	hint  string
}{
	{[]string{"basicauthblocked", "basic authentication is disabled", "basic auth"}, noBasicAuth},
	{[]string{"application-specific", "app-specific", "app password", "application password"}, "make an application password in the security settings of the account and set it as password"},
	{[]string{"web browser", "weblogin", "web login"}, "log in once with a web browser and confirm that it was you, then run again"},
	{[]string{"invalid credentials or imap is disabled"}, "switch IMAP on in the settings of the mailbox, and look at user and password (many providers take application passwords only)"},
	{[]string{"not enabled for imap", "imap is disabled", "imap access", "enable imap", "imap is not enabled", "imap disabled"}, "switch IMAP on in the settings of the mailbox, or have its administrator do it"},
	{[]string{"plaintext authentication", "tls required", "must use tls", "encryption required", "starttls"}, "set security to tls or starttls"},
	{[]string{"expired"}, "the password has expired: set a new one"},
	{[]string{"locked", "disabled", "suspended", "blocked", "deactivated", "inactive"}, "unlock the account where it is administered, or wait until its lock ends"},
}

const noBasicAuth = "Microsoft takes no passwords for IMAP any more: take password out, set oauth.client_id, and run deskhaul login"

// strict are servers that take application passwords only, and say no more than that
// the password is wrong.
var strict = []string{"imap.gmail.com", "imap.mail.yahoo.com", "imap.aol.com", "imap.mail.me.com", "imap.yandex.ru", "imap.yandex.com", "imap.mail.ru", "imap.fastmail.com"}

// refusedLogin makes one sentence of what a server says to a password that it does not
// take.
func (c *Config) refusedLogin(err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return err
	}
	if notNow(answer) || tooMany(answer.Text) {
		return c.turnedAway(answer)
	}
	if answer.Type == imap.StatusResponseTypeBye {
		return err
	}
	return c.denied(c.hintFor(answer), "%s does not let %s in: %s", c.host(), c.User, said(answer))
}

func (c *Config) hintFor(answer *imap.Error) string {
	says := strings.ToLower(answer.Text)
	for _, r := range refusals {
		for _, w := range r.words {
			if strings.Contains(says, w) {
				return r.hint
			}
		}
	}
	switch {
	case answer.Code == imap.ResponseCodeExpired:
		return "the password has expired: set a new one"
	case answer.Code == imap.ResponseCodePrivacyRequired:
		return "set security to tls or starttls"
	case answer.Code == imap.ResponseCodeAuthorizationFailed:
		return "have its owner or an administrator give access to the mailbox"
	case answer.Code == imap.ResponseCodeContactAdmin:
		return "ask who administers the account"
	case c.isOutlook():
		return noBasicAuth // it says "LOGIN failed." and no more
	case slices.Contains(strict, c.host()):
		return "look at user and password: this provider takes application passwords only, which are made in the security settings of the account"
	}
	return "look at user and password"
}

// tokenNotTaken is what it means that a token was refused, which has been renewed.
func (c *Config) tokenNotTaken(answer *imap.Error, why string) error {
	hint := "look whether deskhaul login was done as " + c.User
	text := strings.ToLower(answer.Text)
	switch {
	case strings.Contains(text, "imap") && (strings.Contains(text, "enabled") || strings.Contains(text, "disabled")):
		hint = "switch IMAP on in the settings of the mailbox, or have its administrator do it"
	case c.Mailbox != "":
		hint = fmt.Sprintf("give %s full access to the mailbox, and look whether deskhaul login was done as %s", c.User, c.User)
	case c.own():
		hint = "give the program's service principal access to the mailbox"
	case c.isOutlook():
		hint += ", whether IMAP is switched on for the mailbox, and whether the program has the permission IMAP.AccessAsUser.All"
	}
	return c.denied(hint, "%s does not take the token for %s: %s%s", c.host(), strings.TrimSuffix(c.account(), "@"+c.host()), said(answer), why)
}

// loginDisabled says what to do where passwords are not taken.
func (c *Config) loginDisabled() string {
	switch {
	case c.Security == "none":
		return "set security to tls or starttls"
	case c.isOutlook():
		return noBasicAuth
	}
	return "set auth to xoauth2 or oauthbearer, or ask who runs the server"
}

// unconnected is Exchange's way to say that a login was good and its mailbox is not.
func unconnected(e *imap.Error) bool {
	return strings.Contains(e.Text, "authenticated but not connected")
}

// outOfReach says what that means.
func (c *Config) outOfReach(answer *imap.Error) error {
	hint := "look whether user is the mailbox's main address, whether it has a licence with IMAP switched on, and whether deskhaul login was done as that person"
	if c.Mailbox != "" {
		hint = fmt.Sprintf("give %s full access to %s, write mailbox as its main address, and look whether IMAP is switched on for it", c.User, c.Mailbox)
	}
	return c.denied(hint+"; if it worked before, wait some minutes", "%s knows %s, but does not open the mailbox of %s: %s", c.host(), c.User, strings.TrimSuffix(c.account(), "@"+c.host()), said(answer))
}

// loopback tells whether a name stands for this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// open warns of a connection that everybody on the way can read; "" if it is none.
func (c *Config) open() string {
	if c.Security != "none" || loopback(c.host()) {
		return ""
	}
	return fmt.Sprintf("security: none sends the credentials of %s and every mail to %s in the clear, where everybody on the way can read them: set security to tls or starttls.", c.User, c.address())
}

// noSTARTTLS refuses a server that cannot be spoken to safely. Nothing was sent to it.
func (c *Config) noSTARTTLS(says string) error {
	return c.denied("set security: tls, or ask who runs the server; if it offered STARTTLS before, somebody in between may be listening",
		"%s does not offer STARTTLS (%s), and nothing is sent to it in the clear", c.address(), says)
}
