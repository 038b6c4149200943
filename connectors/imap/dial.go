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

// pace is how long is waited for a server.
type pace struct {
	// patience is how long each piece of an answer may take to come: as long as a
	// server with much to do may be silent.
	patience time.Duration
	// dial is how long it may take to reach it and to be greeted.
	dial time.Duration
	// rest waits.
	rest func(context.Context, time.Duration) error
}

var ordinary = pace{patience: 2 * time.Minute, dial: 30 * time.Second, rest: rest}

// opener opens sessions with an account. They share a token and what is known of the
// names of folders.
type opener struct {
	*Config
	access *access
	pace   pace
	names  *wrongNames
}

// dialer opens sessions with the account. A token that the server does not take is
// renewed, and tried once more.
func (c *Config) dialer(env connectors.Env) func(context.Context) (*session, error) {
	return c.dialAt(env, ordinary)
}

func (c *Config) dialAt(env connectors.Env, p pace) func(context.Context) (*session, error) {
	o := &opener{Config: c, access: &access{config: c, env: env}, pace: p, names: &wrongNames{}}
	if warning := c.open(); warning != "" && env.Log != nil {
		env.Log.Warn(warning)
	}
	r := &reach{config: c}
	return func(ctx context.Context) (*session, error) {
		s, err := o.enter(ctx)
		if err != nil {
			again, fails := o.access.renewed(ctx, err)
			if !again {
				return nil, r.looked(fails)
			}
			s, err = o.enter(ctx)
		}
		return s, r.looked(err)
	}
}

// enter opens a session.
func (o *opener) enter(ctx context.Context) (*session, error) {
	token, err := o.access.token(ctx)
	if err != nil {
		return nil, err
	}
	s, err := o.connect(ctx)
	if err != nil {
		return nil, err
	}
	err = s.do(ctx, func(client *imapclient.Client) error {
		s.line.login.Store(true)
		err := o.login(client, token)
		s.line.login.Store(false)
		if err != nil {
			return err
		}
		return s.begin(client)
	})
	if err != nil {
		_ = s.client.Close() // it is of no use
		return nil, err
	}
	s.worked, s.whose = false, o.outOfReach
	return s, nil
}

// begin says what a server is told after a login.
func (s *session) begin(client *imapclient.Client) error {
	s.caps = client.Caps()
	if s.gmail != nil && s.caps.Has("X-GM-EXT-1") {
		s.gmail.ask()
		_, _ = client.ID(&imap.IDData{Name: "deskhaul"}).Wait() // Google asks for it; the answer says nothing
	}
	if s.caps.Has(imap.CapIMAP4rev2) { // the library writes names in UTF-8 then
		_, err := client.Enable(imap.CapIMAP4rev2).Wait()
		return err
	}
	return nil
}

// connect reaches the server and waits for its greeting.
func (o *opener) connect(ctx context.Context) (*session, error) {
	config, err := o.tls()
	if err != nil {
		return nil, err
	}
	conn, err := o.reach(ctx, o.pace)
	if err != nil {
		return nil, o.unreachable(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // it ends the wait
	defer stop()
	safe, err := o.secure(ctx, conn, config, o.pace)
	if err != nil {
		_ = conn.Close() // it is of no use
		return nil, err
	}
	gmail := newGmailLine(safe)
	l := &line{Conn: gmail, patience: o.pace.patience, names: o.names}
	if o.Security == "starttls" {
		l.out = []byte(greeted)
	}
	client := imapclient.New(l, nil)
	if err := client.WaitGreeting(); err != nil {
		_ = client.Close() // as above
		return nil, o.noGreeting(err)
	}
	_ = conn.SetDeadline(time.Time{}) // a line that is closed fails when it is used
	return &session{client: client, line: l, gmail: gmail, crowded: o.crowded}, nil
}

func (c *Config) reach(ctx context.Context, p pace) (net.Conn, error) {
	if c.dial != nil {
		return c.dial(ctx)
	}
	d := &net.Dialer{Timeout: p.dial, KeepAlive: 30 * time.Second}
	return d.DialContext(ctx, "tcp", c.address())
}

// secure encrypts a connection. It may take as long as it may take to reach a server.
func (c *Config) secure(ctx context.Context, conn net.Conn, config *tls.Config, p pace) (net.Conn, error) {
	if err := conn.SetDeadline(time.Now().Add(p.dial)); err != nil {
		return nil, err
	}
	switch c.Security {
	case "none":
		return conn, nil
	case "starttls":
		return c.startTLS(ctx, conn, config, p)
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, c.untrusted(err)
	}
	return secure, nil
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
