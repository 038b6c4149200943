package imap

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/rest/token/tokentest"
)

// held is a vault in memory.
type held struct {
	mu sync.Mutex
	by map[string]connectors.Secret
}

func (v *held) Get(_ context.Context, name string) (connectors.Secret, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.by[name], nil
}

func (v *held) Put(_ context.Context, name string, s connectors.Secret) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.by == nil {
		v.by = map[string]connectors.Secret{}
	}
	v.by[name] = s
	return "the drawer", nil
}

// accepting is a person who enters each code.
type accepting struct{ codes []string }

func (p *accepting) Visit(v connectors.Visit) error {
	p.codes = append(p.codes, v.Code)
	return nil
}
func (p *accepting) Browser() bool { return false }
func (p *accepting) Line(ctx context.Context) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

// office is an issuer, a mail server that takes its tokens, and a configuration of both.
func office(t *testing.T, mechanisms ...string) (*tokentest.Issuer, *imaptest.Tokens, *Config, connectors.Env) {
	issuer := tokentest.New("id")
	issuer.Interval = 1e9
	web := httptest.NewServer(issuer)
	t.Cleanup(web.Close)
	mail, err := imaptest.StartTokens(issuer.Good, mechanisms, "ann@acme.test", "info@acme.test", "a=b,c@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mail.Close() })
	env := quiet()
	env.HTTP, env.Vault = web.Client(), &held{}
	return issuer, mail, &Config{
		Host: "127.0.0.1", Port: mail.Port, Security: "none", User: "ann@acme.test",
		OAuth: OAuth{ClientID: "id", TokenURL: web.URL + "/token", DeviceURL: web.URL + "/device", Scopes: []string{"mail"}},
	}, env
}

// A person logs in once; from then on the mailbox opens, by what the server offers or as
// it is configured.
func TestLogin(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		offers        []string
		auth, mailbox string
		want          string
	}{
		"what is offered":           {offers: []string{"OAUTHBEARER"}, want: "OAUTHBEARER ann@acme.test"},
		"both":                      {offers: []string{"OAUTHBEARER", "XOAUTH2"}, want: "XOAUTH2 ann@acme.test"},
		"as configured":             {offers: []string{"OAUTHBEARER", "XOAUTH2"}, auth: "oauthbearer", want: "OAUTHBEARER ann@acme.test"},
		"a shared mailbox":          {offers: []string{"XOAUTH2"}, mailbox: "info@acme.test", want: "XOAUTH2 info@acme.test"},
		"a shared mailbox, RFC7628": {offers: []string{"OAUTHBEARER"}, mailbox: "a=b,c@acme.test", want: "OAUTHBEARER a=b,c@acme.test"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, mail, c, env := office(t, x.offers...)
			c.Auth, c.Mailbox = x.auth, x.mailbox
			if err := c.checkAuth(); err != nil || !c.LogsIn() {
				t.Fatal(err)
			}
			if _, err := c.dialer(env)(t.Context()); !errors.Is(err, connectors.ErrDenied) || err.Error() != "nobody has logged in yet: nothing more will be accepted – log in as ann@acme.test: deskhaul login" {
				t.Errorf("before: %v", err)
			}
			p := &accepting{}
			done, err := c.Login(t.Context(), env, p)
			whose := "ann@acme.test"
			if x.mailbox != "" {
				whose = x.mailbox
			}
			if want := "ann@acme.test is logged in to " + whose + "@127.0.0.1; the login is kept in the drawer."; err != nil || done != want || !slices.Equal(p.codes, []string{"WDJB-MJHT"}) {
				t.Fatalf("%q, %v, %v", done, err, p.codes)
			}
			s, err := c.dialer(env)(t.Context()) // of the next run
			if err != nil {
				t.Fatal(err)
			}
			s.close()
			if got := mail.Logins(); !slices.Equal(got, []string{x.want, x.want}) {
				t.Error(got)
			}
			if account := Spec().Account(c); account != whose+"@127.0.0.1" {
				t.Error(account)
			}
		})
	}
}

// Many connections share one token; one that the server does not take is renewed once,
// and each connection comes back.
func TestTokensAreShared(t *testing.T) {
	issuer, mail, c, env := office(t, "XOAUTH2", "OAUTHBEARER")
	c.OAuth.RefreshToken = connectors.Secret(issuer.Issue())
	dial := c.dialer(env)
	round := func() {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				s, err := dial(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				s.close()
			})
		}
		all.Wait()
	}
	round()
	issuer.Expire()
	round()
	refused := 0
	for _, l := range mail.Logins() {
		if strings.HasPrefix(l, "!") {
			refused++
		}
	}
	if issued := issuer.Issued(); issued != 3 || refused == 0 || len(mail.Logins()) != 16+refused { // the first was no access token
		t.Errorf("%d issued, %d refused, logins %v", issued, refused, mail.Logins())
	}
	// The refresh token was used up; the next run finds the new one.
	s, err := c.dialer(env)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.close()
}

// A token that is not taken, though it is new, is one sentence with what the server
// says in its challenge, which is answered as the mechanism wants.
func TestTokensThatAreNotTaken(t *testing.T) {
	const challenge = " (status 400, wants Bearer for https://mail.google.com/)"
	for _, mechanism := range []string{"XOAUTH2", "OAUTHBEARER"} {
		issuer, mail, c, env := office(t, mechanism)
		c.User, c.OAuth.RefreshToken = "bob@acme.test", connectors.Secret(issuer.Issue())
		_, err := c.dialer(env)(t.Context())
		sentence(t, err, "127.0.0.1 does not take the token for bob@acme.test: [AUTHENTICATIONFAILED] Invalid credentials (Failure)"+challenge+denial+"look whether deskhaul login was done as bob@acme.test")
		if got := mail.Logins(); len(got) != 2 || issuer.Issued() != 3 {
			t.Errorf("%v, %d issued", got, issuer.Issued())
		}
		c.Mailbox = "boss@acme.test"
		_, err = c.dialer(env)(t.Context())
		sentence(t, err, "127.0.0.1 does not take the token for boss@acme.test: [AUTHENTICATIONFAILED] Invalid credentials (Failure)"+challenge+denial+"give bob@acme.test full access to the mailbox, and look whether deskhaul login was done as bob@acme.test")
		issuer.Revoke()
		_, err = c.dialer(env)(t.Context())
		if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "invalid_grant: AADSTS70000: the refresh token … has expired or was revoked.") ||
			!strings.HasSuffix(err.Error(), " – take oauth.refresh_token out of the configuration and log in: deskhaul login") {
			t.Error(err)
		}
	}
}

// Microsoft refuses a token without a challenge, and opens a session whose mailbox is
// out of reach.
func TestMicrosoftsSentences(t *testing.T) {
	s := &script{greeting: greets, says: no("AUTHENTICATE failed.")}
	issuer, _, cloud, env := office(t, "XOAUTH2")
	c := s.config(t)
	c.Host, c.OAuth = "outlook.office365.com", cloud.OAuth
	c.OAuth.RefreshToken = connectors.Secret(issuer.Issue())
	_, err := c.dialer(env)(t.Context())
	sentence(t, err, "outlook.office365.com does not take the token for ann@acme.test: AUTHENTICATE failed."+denial+
		"look whether deskhaul login was done as ann@acme.test, whether IMAP is switched on for the mailbox, and whether the program has the permission IMAP.AccessAsUser.All")
	s.say(map[string]string{"LIST": "TAG BAD User is authenticated but not connected.\r\n"})
	list := func(mailbox string) error {
		c.Mailbox = mailbox
		in, err := c.dialer(env)(t.Context())
		if err != nil {
			return err
		}
		return in.do(t.Context(), func(c *imapclient.Client) error {
			_, err := c.List("", "*", nil).Collect()
			return err
		})
	}
	sentence(t, list(""), "outlook.office365.com knows ann@acme.test, but does not open the mailbox of ann@acme.test: User is authenticated but not connected."+denial+
		"look whether user is the mailbox's main address, whether it has a licence with IMAP switched on, and whether deskhaul login was done as that person; if it worked before, wait some minutes")
	sentence(t, list("info@acme.test"), "outlook.office365.com knows ann@acme.test, but does not open the mailbox of info@acme.test: User is authenticated but not connected."+denial+
		"give ann@acme.test full access to info@acme.test, write mailbox as its main address, and look whether IMAP is switched on for it; if it worked before, wait some minutes")
	// Once the mailbox was open it is a line that broke.
	s.say(nil)
	in, err := c.dialer(env)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := in.do(t.Context(), func(c *imapclient.Client) error { return c.Noop().Wait() }); err != nil {
		t.Fatal(err)
	}
	err = in.do(t.Context(), func(*imapclient.Client) error {
		return &imap.Error{Type: imap.StatusResponseTypeBad, Text: "User is authenticated but not connected."}
	})
	if !errors.Is(err, errLost) || errors.Is(err, connectors.ErrDenied) || !in.dead {
		t.Error(err)
	}
}

// What is missing is told by its key.
func TestAuthSettings(t *testing.T) {
	good := OAuth{ClientID: "id"}
	for name, x := range map[string]struct {
		c    Config
		want string
	}{
		"nothing":               {Config{Host: "mail.acme.test"}, "password: is missing"},
		"password":              {Config{Auth: "password"}, "password: is missing"},
		"gmail without":         {Config{Preset: "gmail"}, "oauth.client_id: is missing, and so is a password: register a program"},
		"gmail by address":      {Config{User: "ann@gmail.com"}, "oauth.client_id: is missing, and so is a password: register a program of the kind Desktop app"},
		"outlook without":       {Config{Preset: "outlook"}, "oauth.client_id: is missing: Microsoft takes no passwords: register a program"},
		"outlook":               {Config{Preset: "outlook", OAuth: good}, ""},
		"another without a URL": {Config{Host: "mail.acme.test", OAuth: good}, "oauth.token_url: "},
		"in the clear":          {Config{Host: "mail.acme.test", OAuth: OAuth{ClientID: "id", TokenURL: "http://login.acme.test/token"}}, "oauth.token_url: "},
		"with a password":       {Config{Password: "hush"}, ""},
	} {
		err := x.c.checkAuth()
		if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.HasPrefix(err.Error(), x.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := Config{Preset: "outlook", OAuth: OAuth{ClientID: "id", Tenant: "acme.test"}}
	if o := c.issuer(); o.TokenURL != "https://login.microsoftonline.com/acme.test/oauth2/v2.0/token" || o.DeviceURL != "https://login.microsoftonline.com/acme.test/oauth2/v2.0/devicecode" ||
		!slices.Equal(o.Scopes, []string{"https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"}) {
		t.Errorf("%+v", o)
	}
	own := Config{Preset: "outlook", OAuth: OAuth{ClientID: "id", ClientSecret: "hush", Tenant: "acme.test", Scopes: []string{"https://outlook.office365.com/.default"}}}
	if own.LogsIn() || !own.own() || !c.LogsIn() {
		t.Error("who logs in")
	}
	gmail := Config{User: "ann@gmail.com", OAuth: good}
	if o := gmail.issuer(); o.DeviceURL != "" || o.AuthURL == "" || o.Scopes[0] != "https://mail.google.com/" {
		t.Errorf("%+v", o)
	}
}
