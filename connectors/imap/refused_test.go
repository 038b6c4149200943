package imap

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
)

// certificate makes a key and a certificate for a name, in the form of a file too.
func certificate(t *testing.T, name string, end time.Time) (tls.Certificate, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: end.Add(-time.Hour), NotAfter: end,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, path
}

func quiet() connectors.Env {
	return connectors.Env{Log: slog.New(slog.DiscardHandler), HTTP: http.DefaultClient}
}

// trying opens a session as often as a run does without waiting, and asks for folders.
func trying(c *Config) error { return tryingAt(c, ordinary) }

func tryingAt(c *Config, p pace) error {
	dial := c.dialAt(quiet(), p)
	var err error
	for range patienceOfDoor {
		var s *session
		if s, err = dial(context.Background()); err == nil {
			err = s.do(context.Background(), func(c *imapclient.Client) error {
				_, err := c.List("", "*", nil).Collect()
				return err
			})
			s.close()
		}
		if err == nil || errors.Is(err, connectors.ErrDenied) {
			return err
		}
	}
	return err
}

func no(text string) map[string]string {
	return map[string]string{"AUTHENTICATE": "TAG NO " + text + "\r\n", "LOGIN": "TAG NO " + text + "\r\n"}
}

const denial = ": nothing more will be accepted – "

// Each reason why somebody is not let in is one sentence, and says what to do next.
func TestSentencesOfRefusedPasswords(t *testing.T) {
	const wrong = "look at user and password"
	for name, x := range map[string]struct {
		host, mailbox, says, want string
	}{
		"dovecot, wrong password": {says: "[AUTHENTICATIONFAILED] Authentication failed.", want: "mail.acme.test does not let ann@acme.test in: [AUTHENTICATIONFAILED] Authentication failed." + denial + wrong},
		"gmail, wrong password": {
			host: "imap.gmail.com", says: "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
			want: "imap.gmail.com does not let ann@acme.test in: [AUTHENTICATIONFAILED] Invalid credentials (Failure)" + denial + "look at user and password: this provider takes application passwords only, which are made in the security settings of the account",
		},
		"gmail, application password": {
			host: "imap.gmail.com", says: "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
			want: "imap.gmail.com does not let ann@acme.test in: [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)" + denial + "make an application password in the security settings of the account and set it as password",
		},
		"gmail, browser": {
			host: "imap.gmail.com", says: "[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
			want: "imap.gmail.com does not let ann@acme.test in: [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)" + denial + "log in once with a web browser and confirm that it was you, then run again",
		},
		"gmail, IMAP off": {
			host: "imap.gmail.com", says: "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)",
			want: "imap.gmail.com does not let ann@acme.test in: [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)" + denial + "switch IMAP on in the settings of the mailbox, or have its administrator do it",
		},
		"yandex": {
			host: "imap.yandex.ru", says: "[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=1",
			want: "imap.yandex.ru does not let ann@acme.test in: [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=1" + denial + "switch IMAP on in the settings of the mailbox, and look at user and password (many providers take application passwords only)",
		},
		"mail.ru": {
			host: "imap.mail.ru", says: "[AUTHENTICATIONFAILED] Application password is REQUIRED",
			want: "imap.mail.ru does not let ann@acme.test in: [AUTHENTICATIONFAILED] Application password is REQUIRED" + denial + "make an application password in the security settings of the account and set it as password",
		},
		"microsoft, no passwords": {host: "outlook.office365.com", says: "LOGIN failed.", want: "outlook.office365.com does not let ann@acme.test in: LOGIN failed." + denial + noBasicAuth},
		"microsoft, personal":     {host: "outlook.office365.com", says: "Basic authentication is disabled.", want: "outlook.office365.com does not let ann@acme.test in: Basic authentication is disabled." + denial + noBasicAuth},
		"microsoft, blocked":      {says: "LOGIN failed. BasicAuthBlocked", want: "mail.acme.test does not let ann@acme.test in: LOGIN failed. BasicAuthBlocked" + denial + noBasicAuth},
		"locked":                  {says: "[AUTHENTICATIONFAILED] Account locked", want: "mail.acme.test does not let ann@acme.test in: [AUTHENTICATIONFAILED] Account locked" + denial + "unlock the account where it is administered, or wait until its lock ends"},
		"expired":                 {says: "[EXPIRED] Password expired", want: "mail.acme.test does not let ann@acme.test in: [EXPIRED] Password expired" + denial + "the password has expired: set a new one"},
		"privacy":                 {says: "[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.", want: "mail.acme.test does not let ann@acme.test in: [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections." + denial + "set security to tls or starttls"},
		"no right":                {mailbox: "info@acme.test", says: "[AUTHORIZATIONFAILED] Not yours", want: "mail.acme.test does not let ann@acme.test in: [AUTHORIZATIONFAILED] Not yours" + denial + "have its owner or an administrator give access to the mailbox"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{greeting: greets, says: no(x.says)}
			c := s.config(t)
			c.Host, c.Mailbox, c.Password = "mail.acme.test", x.mailbox, "hush"
			if x.host != "" {
				c.Host = x.host
			}
			sentence(t, trying(c), x.want)
		})
	}
}

// config reads from the server, whatever its name is.
func (s *script) config(t *testing.T) *Config {
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.listen(t)))
	return &Config{Security: "none", User: "ann@acme.test", dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", at)
	}}
}

func sentence(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if strings.Contains(want, denial) != errors.Is(err, connectors.ErrDenied) {
		t.Errorf("denied: %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "hush") {
		t.Errorf("it shows a secret: %v", err)
	}
}

// The same for what is no matter of passwords.
func TestSentencesOfConnections(t *testing.T) {
	t.Parallel()
	own, file := certificate(t, "localhost", time.Now().Add(time.Hour))
	old, oldFile := certificate(t, "localhost", time.Now().Add(-time.Minute))
	other, otherFile := certificate(t, "mail.acme.test", time.Now().Add(time.Hour))
	safe := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	for name, x := range map[string]struct {
		server   *script
		security string
		ca       string
		want     string // AT is the server's address
	}{
		"plain at the port of TLS": {server: &script{greeting: greets}, security: "tls", want: "no safe connection to AT: tls: first record does not look like a TLS handshake" + denial + "the server does not speak TLS at this port: try security: starttls"},
		"TLS at the plain port":    {server: &script{greeting: greets, tls: safe(own)}, security: "starttls", want: "the mail server AT ends the connection before it greets" + denial + "if it is its port for TLS (mostly 993), set security: tls"},
		"unknown authority":        {server: &script{greeting: greets, tls: safe(own)}, security: "tls", want: "no safe connection to AT: tls: failed to verify certificate: x509: certificate signed by unknown authority" + denial + "if it is your company's own authority, name its file in ca"},
		"another's certificate":    {server: &script{greeting: greets, tls: safe(other)}, security: "tls", ca: otherFile, want: "no safe connection to AT: tls: failed to verify certificate: x509: certificate is valid for mail.acme.test, not localhost" + denial + "write host as the certificate has it"},
		"a silent server":          {server: &script{says: map[string]string{"STARTTLS": ""}}, security: "starttls", want: "AT says nothing" + denial + "if it is its port for TLS (mostly 993), set security: tls"},
		"no STARTTLS":              {server: &script{greeting: greets, says: map[string]string{"STARTTLS": "TAG BAD Unknown command.\r\n"}}, security: "starttls", want: "AT does not offer STARTTLS (Unknown command.), and nothing is sent to it in the clear" + denial + "set security: tls, or ask who runs the server; if it offered STARTTLS before, somebody in between may be listening"},
		"logged in before STARTTLS": {
			server: &script{greeting: "* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n", says: map[string]string{"STARTTLS": "TAG BAD Already logged in\r\n"}}, security: "starttls",
			want: "AT does not offer STARTTLS (Already logged in), and nothing is sent to it in the clear" + denial + "set security: tls, or ask who runs the server; if it offered STARTTLS before, somebody in between may be listening",
		},
		"no passwords": {server: &script{greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"}, security: "none", want: "AT takes no password here (LOGINDISABLED)" + denial + "set security to tls or starttls"},
		"too many at the greeting": {
			server: &script{greeting: "* BYE [UNAVAILABLE] Too many connections\r\n"}, security: "none",
			want: "localhost takes no more connections of ann@acme.test for now (close other mail programs, or set connections lower): imap: BYE [UNAVAILABLE] Too many connections",
		},
		"too many at the login": {
			server: &script{greeting: greets, says: no("[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)")}, security: "none",
			want: "localhost takes no more connections of ann@acme.test for now (close other mail programs, or set connections lower): imap: NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
		},
		"another protocol":   {server: &script{greeting: "220 mail.acme.test ESMTP\r\n"}, security: "none", want: ""},
		"an old certificate": {server: &script{greeting: greets, tls: safe(old)}, security: "tls", ca: oldFile, want: ""},
		"well":               {server: &script{greeting: greets, tls: safe(own)}, security: "tls", ca: file, want: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port := x.server.listen(t)
			c := &Config{Host: "localhost", Port: port, Security: x.security, CA: x.ca, User: "ann@acme.test", Password: "hush"}
			p := ordinary
			if p.dial = 3 * time.Second; name == "a silent server" {
				p.dial = 300 * time.Millisecond
			}
			err := tryingAt(c, p)
			switch {
			case x.want == "none":
				if err != nil {
					t.Error(err)
				}
			case name == "another protocol":
				if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "is no mail server that speaks IMAP") || !strings.HasSuffix(err.Error(), " – look at port") {
					t.Error(err)
				}
			case name == "an old certificate":
				if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "has expired") || !strings.HasSuffix(err.Error(), " – ask who runs the server for a new certificate") {
					t.Error(err)
				}
			default:
				sentence(t, err, strings.ReplaceAll(x.want, "AT", c.address()))
			}
			hush := base64.StdEncoding.EncodeToString([]byte("\x00ann@acme.test\x00hush"))
			if heard := x.server.all(); x.security == "starttls" && (strings.Contains(heard, hush) || strings.Contains(heard, "LOGIN") || strings.Contains(heard, "AUTHENTICATE")) {
				t.Errorf("in the clear: %s", heard)
			}
		})
	}
}

// A name or a port that is wrong is told soon where nothing was ever reached.
func TestSentencesOfWrongAddresses(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := ln.Addr().(*net.TCPAddr).Port
	_ = ln.Close()
	c := &Config{Host: "127.0.0.1", Port: free, Security: "tls", User: "ann@acme.test", Password: "hush"}
	sentence(t, trying(c), "nothing answers at "+c.address()+denial+"look at host and port: with TLS it is mostly 993, and 143 with security: starttls")
	c.Security = "starttls"
	sentence(t, trying(c), "nothing answers at "+c.address()+denial+"look at host and port: with STARTTLS it is mostly 143, and 993 with security: tls")
	c.Host = "nobody.invalid"
	c.dial = func(context.Context) (net.Conn, error) { // a resolver may be away here
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: c.Host, IsNotFound: true}}
	}
	sentence(t, trying(c), "nobody here knows a server of the name nobody.invalid"+denial+"look at host, and at the network of this machine")
}

// What everybody can read is said in the log, unless it stays on this machine.
func TestOpenConnectionsAreSaid(t *testing.T) {
	for host, want := range map[string]bool{"localhost": false, "127.0.0.1": false, "::1": false, "mail.acme.test": true, "10.0.0.1": true} {
		var out strings.Builder
		env := quiet()
		env.Log = slog.New(slog.NewTextHandler(&out, nil))
		c := &Config{Host: host, Security: "none", User: "ann"}
		c.dialer(env)
		if warnings := (&store{config: c}).Warnings(); len(warnings) > 0 != want {
			t.Errorf("%s: check says %q", host, warnings)
		}
		if said := strings.Contains(out.String(), "level=WARN") && strings.Contains(out.String(), "in the clear"); said != want {
			t.Errorf("%s: %q", host, out.String())
		}
	}
}
