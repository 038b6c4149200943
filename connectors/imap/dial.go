package imap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
)

// patience is how long each piece of an answer may take to come: as long as a server
// with much to do may be silent. dialTime is how long it may take to reach it.
const (
	patience = 2 * time.Minute
	dialTime = 30 * time.Second
)

// greetTime is how long a server may take to greet.
var greetTime = 30 * time.Second

// dialer opens sessions with the account. A token that the server does not take is
// renewed, and tried once more.
func (c *Config) dialer(env connectors.Env) func(context.Context) (*session, error) {
	a := &access{config: c, env: env}
	if warning := c.open(); warning != "" && env.Log != nil {
		env.Log.Warn(warning)
	}
	r := &reach{config: c}
	return func(ctx context.Context) (*session, error) {
		s, err := c.enter(ctx, a)
		if err != nil {
			again, fails := a.renewed(ctx, err)
			if !again {
				return nil, r.looked(fails)
			}
			s, err = c.enter(ctx, a)
		}
		return s, r.looked(err)
	}
}

// enter opens a session.
func (c *Config) enter(ctx context.Context, a *access) (*session, error) {
	token, err := a.token(ctx)
	if err != nil {
		return nil, err
	}
	s, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	err = s.do(ctx, func(client *imapclient.Client) error {
		s.line.login.Store(true)
		defer s.line.login.Store(false)
		if err := c.login(client, token); err != nil {
			return err
		}
		s.caps = client.Caps()
		if s.gmail != nil && s.caps.Has("X-GM-EXT-1") {
			s.gmail.ask()
			_, _ = client.ID(&imap.IDData{Name: "deskhaul"}).Wait() // Google asks for it; the answer says nothing
		}
		return nil
	})
	if err != nil {
		_ = s.client.Close() // it is of no use
		return nil, err
	}
	s.worked, s.whose = false, c.outOfReach
	return s, nil
}

// connect reaches the server and waits for its greeting.
func (c *Config) connect(ctx context.Context) (*session, error) {
	config, err := c.tls()
	if err != nil {
		return nil, err
	}
	conn, err := c.reach(ctx)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if c.Security != "starttls" && c.Security != "none" {
		shaking, cancel := context.WithTimeout(ctx, dialTime)
		defer cancel()
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(shaking); err != nil {
			return nil, errors.Join(c.untrusted(err), conn.Close())
		}
		conn = secure
	}
	var gmail *gmailLine
	if c.Security != "starttls" { // Gmail has none, and the library puts TLS over the line itself
		gmail = newGmailLine(conn)
		conn = gmail
	}
	l := &line{Conn: conn, patience: greetTime}
	defer l.expect()()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // it ends the wait
	defer stop()
	client, err := c.greet(l, config)
	if err != nil {
		_ = conn.Close() // it is of no use
		return nil, err
	}
	l.setPatience(patience)
	return &session{client: client, line: l, gmail: gmail}, nil
}

func (c *Config) reach(ctx context.Context) (net.Conn, error) {
	if c.dial != nil {
		return c.dial(ctx)
	}
	d := &net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	return d.DialContext(ctx, "tcp", c.address())
}

func (c *Config) greet(l *line, config *tls.Config) (*imapclient.Client, error) {
	if c.Security == "starttls" {
		client, err := imapclient.NewStartTLS(l, &imapclient.Options{TLSConfig: config})
		if err != nil {
			return nil, c.noGreeting(err)
		}
		return client, nil
	}
	client := imapclient.New(l, nil)
	if err := client.WaitGreeting(); err != nil {
		_ = client.Close() // it is of no use
		return nil, c.noGreeting(err)
	}
	return client, nil
}

func (c *Config) tls() (*tls.Config, error) {
	t := &tls.Config{ServerName: c.host(), MinVersion: tls.VersionTLS12}
	if c.CA == "" {
		return t, nil
	}
	pem, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, fmt.Errorf("ca: %w: %w", err, connectors.ErrDenied)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca: %s holds no certificate in PEM form: %w", c.CA, connectors.ErrDenied)
	}
	t.RootCAs = pool
	return t, nil
}

// untrusted says why there is no safe connection. What will not be otherwise at the
// next attempt is denied.
func (c *Config) untrusted(err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var plain tls.RecordHeaderError
	hint, text := "", err.Error()
	switch {
	case errors.As(err, &unknown):
		text, _, _ = strings.Cut(text, " (possibly because of") // what that says leads astray
		hint = "if it is your company's own authority, name its file in ca"
	case errors.As(err, &name):
		hint = "write host as the certificate has it"
	case errors.As(err, &invalid):
		hint = "ask who runs the server for a new certificate"
	case errors.As(err, &plain):
		hint = "the server does not speak TLS at this port: try security: starttls"
	default:
		return c.unreachable(err)
	}
	return &connectors.Trouble{Reason: connectors.ReasonTransient, Hint: hint, Err: fmt.Errorf("no safe connection to %s: %s: %w", c.address(), text, connectors.ErrDenied)}
}
