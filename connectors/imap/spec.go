// Package imap reads and writes live mailboxes over IMAP (RFC 9051 and 3501), Gmail's
// and Outlook's among them.
package imap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// Config is what a project says about a mailbox.
type Config struct {
	Preset   string            `yaml:"preset" doc:"Whose server it is: gmail and outlook know the host and how mail is kept there." enum:"|gmail|outlook"`
	Host     string            `yaml:"host" doc:"The server's name."`
	Port     int               `yaml:"port" access:"true" doc:"Default: 993, and 143 with security: starttls or none."`
	Security string            `yaml:"security" access:"true" doc:"tls from the first byte, starttls, or none, which sends everything in the clear." enum:"tls|starttls|none"`
	CA       string            `yaml:"ca" path:"true" doc:"A file of certificates (PEM) that are trusted besides the system's: a company's own authority."`
	User     string            `yaml:"user" access:"true" doc:"Who logs in, mostly the address of the mailbox."`
	Mailbox  string            `yaml:"mailbox" doc:"Whose mailbox it is, where that is another than who logs in: a shared mailbox of Microsoft 365."`
	Auth     string            `yaml:"auth" access:"true" doc:"How to log in. Default: with the password if one is set, else with a token, in the way that the server offers." enum:"|password|xoauth2|oauthbearer"`
	Password connectors.Secret `yaml:"password" secret:"true" doc:"The password, or an application password where the provider wants one."`
	OAuth    OAuth             `yaml:"oauth" access:"true" doc:"Logging in without a password: deskhaul login asks a person once, in a web browser."`
	// Connections may be 0 for the default.
	Connections int      `yaml:"connections" access:"true" doc:"How many connections are used at once. Default: 4."`
	Read        []string `yaml:"read" doc:"The folders to read, with those in them; * stands for anything. Default: all but junk, trash and drafts."`
	Skip        []string `yaml:"skip" doc:"Folders to pass over, written in the same way."`

	GmailThreads string `yaml:"gmail_threads" doc:"What Gmail's conversations are: answers (a mail that says that it is an answer, but not to what, joins the ticket of its conversation), whole (each conversation is one ticket) or none." enum:"answers|whole|none"`

	mail.Options `yaml:",inline"`

	Folders string `yaml:"folders" doc:"When writing: whether categories become folders." enum:"categories|none"`
	Into    string `yaml:"into" doc:"When writing: the folder under which all goes, with / between levels. Default: none; what has no category goes to the inbox."`

	dial func(context.Context) (net.Conn, error) // of tests; nil is the network
}

func (c *Config) isGmail() bool { return c.Preset == "gmail" || c.host() == presets["gmail"].host }

// host is the server's name: as configured, or as the preset or the user's address say.
func (c *Config) host() string {
	if c.Host != "" {
		return c.Host
	}
	return c.provider().host
}

func (c *Config) port() int {
	switch {
	case c.Port > 0:
		return c.Port
	case c.Security == "starttls", c.Security == "none":
		return 143
	}
	return 993
}

func (c *Config) connections() int { return cmp.Or(c.Connections, 4) }

func (c *Config) address() string { return net.JoinHostPort(c.host(), strconv.Itoa(c.port())) }

// account is whose mail it is, whoever logs in.
func (c *Config) account() string { return cmp.Or(c.Mailbox, c.User) + "@" + c.host() }

// Check tells what is wrong with the configuration.
func (c *Config) Check() error {
	var errs []error
	if c.host() == "" {
		errs = append(errs, errors.New("host: is not set: name the server, or write --from imap:USER@HOST"))
	}
	if c.User == "" {
		errs = append(errs, errors.New("user: is not set: it is mostly the address of the mailbox"))
	}
	errs = append(errs, c.checkAuth())
	if c.isGmail() && c.Security == "starttls" {
		errs = append(errs, errors.New("security: Gmail wants TLS from the first byte: leave it at tls"))
	}
	if !slices.Contains([]string{"", "answers", "whole", "none"}, c.GmailThreads) {
		errs = append(errs, fmt.Errorf("gmail_threads: %q is none of answers, whole, none", c.GmailThreads))
	}
	if c.Port < 0 || c.Port > 65535 {
		errs = append(errs, fmt.Errorf("port: %d is none", c.Port))
	}
	if c.Connections < 0 || c.Connections > 32 {
		errs = append(errs, fmt.Errorf("connections: %d is not between 1 and 32", c.Connections))
	}
	return errors.Join(append(errs, c.Options.Check())...)
}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name: "imap",
		Doc:  "A live mailbox over IMAP: any server, Gmail, Outlook",
		Config: func() any {
			return &Config{Security: "tls", GmailThreads: "answers", Folders: "categories", Options: mail.DefaultOptions()}
		},
		Location: location,
		Account: func(config any) string {
			if c, ok := config.(*Config); ok {
				return c.account()
			}
			return ""
		},
		Reads:  mail.ReadCaps(),
		Writes: writes,
		Silence: []connectors.Silence{{
			Call: connectors.EveryCall, By: connectors.ByEndpoint, Proof: connectors.Promised,
			How: "APPEND puts a mail into a folder and is not used for delivery (RFC 9051, section 6.3.12); IMAP has no command that sends one.",
		}},
		Source: openSource,
		Target: openTarget,
		Guide:  guide,
	}
}

// location reads USER@HOST, USER@HOST:PORT, an address whose provider is known, or
// imaps://USER@HOST:PORT.
func location(config any, where string) error {
	c, ok := config.(*Config)
	if !ok || where == "" {
		return errors.New("imap: name the mailbox after the colon: imap:USER@HOST")
	}
	if scheme, _, found := strings.Cut(where, "://"); found {
		return c.fromURL(scheme, where)
	}
	login := where
	if i := strings.LastIndexByte(where, '@'); i >= 0 {
		login = where[:i]
	}
	if strings.Contains(login, ":") { // it would be kept as the user's name, and told
		return errors.New("imap: a password does not belong behind the colon, where others see it: write imap:USER@HOST, and --set password='${NAME}' of an environment variable that holds it, or password='{file: PATH}'")
	}
	user, host, _ := strings.Cut(where, "@")
	if i := strings.LastIndexByte(where, '@'); i > len(user) { // the user is an address itself
		user, host = where[:i], where[i+1:]
	} else if c.User = where; c.Host != "" || c.host() != "" {
		return nil
	}
	c.User, c.Host = user, host
	if name, port, err := net.SplitHostPort(host); err == nil {
		n, err := strconv.Atoi(port)
		if err != nil {
			return fmt.Errorf("imap: %q is no port", port)
		}
		c.Host, c.Port = name, n
	}
	return nil
}

func (c *Config) fromURL(scheme, where string) error {
	u, err := url.Parse(where)
	if err != nil || u.Hostname() == "" || scheme != "imap" && scheme != "imaps" {
		return errors.New("imap: the address is none: write it as imaps://USER@HOST")
	}
	if _, given := u.User.Password(); given {
		return errors.New("imap: a password in the address would be seen by others: set password instead")
	}
	c.Host, c.User = u.Hostname(), u.User.Username()
	if scheme == "imap" {
		c.Security = "starttls"
	}
	if u.Port() != "" {
		c.Port, err = strconv.Atoi(u.Port())
	}
	return err
}

func openSource(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("imap: the configuration is a %T", config)
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	st := newStore(c, env, ordinary)
	src, err := mail.NewSource(ctx, st, c.Options, env)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return src, nil
}
