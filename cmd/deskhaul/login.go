package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// loggedIn is one source or target that a person has logged in to, as --json prints it.
type loggedIn struct {
	Name string `json:"name"`
	Done string `json:"done"`
}

// loggingIn is what the flags of login say.
type loggingIn struct {
	only            string
	inFile, browser bool
}

func (a *app) loginCommand() *cobra.Command {
	var l loggingIn
	c := a.systems(&cobra.Command{
		Use:   "login [FOLDER]",
		Short: "log in to a source or target with a web browser, once",
		Long: `Logs in to each source and target that is configured for a login with a web
browser instead of a password, such as a mailbox of Microsoft 365 or Gmail. It
prints an address, and a code where one is needed, and waits; the browser may run
on another machine. Nothing is moved.

What the login gives is kept in the system's keyring, or where there is none (a
server, a container) in .deskhaul/logins.json, which only you may read. Runs find
it there and renew it as long as they take.

Mailboxes that one person opens with one program share a login.

` + exitHelp,
		Example: `  deskhaul login ./acme
  deskhaul login --only mailbox --file ./acme
  deskhaul login --from imap:ann@outlook.com --set from.oauth.client_id=ID ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.login(c.Context(), args, l) },
	})
	f := c.Flags()
	f.StringVar(&l.only, "only", "", "log in to the source or target called `NAME` only")
	f.BoolVar(&l.inFile, "file", false, "keep it in the project's folder, also where there is a keyring")
	f.BoolVar(&l.browser, "browser", false, "with a browser on this machine, without a code, where the provider has both")
	return c
}

func (a *app) login(ctx context.Context, args []string, l loggingIn) error {
	p, err := project.Open(folder(args), project.Options{Specs: a.specs(), Flags: a.flags()})
	if err != nil {
		return configError(err)
	}
	systems, err := l.systems(p)
	if err != nil {
		return usage(err)
	}
	if err := a.trace(p); err != nil {
		return err
	}
	if err := p.Prepare(); err != nil {
		return err
	}
	who := &person{app: a, browser: l.browser}
	list, made := []loggedIn{}, map[string]bool{}
	for _, s := range systems {
		done, err := loginOnce(ctx, s, a.loginEnv(p, s, l.inFile), who, made)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		list = append(list, loggedIn{s.Name, done})
		if !a.json {
			if _, err := fmt.Fprintf(a.stdout, "%s: %s\n", s.Name, printable(done)); err != nil {
				return err
			}
		}
	}
	if a.json {
		return report.JSON(a.stdout, list)
	}
	return nil
}

// loginOnce has the person log in to a system, unless the login that was made for another
// is good for it too.
func loginOnce(ctx context.Context, s *project.System, env connectors.Env, who *person, made map[string]bool) (done string, err error) {
	shares, ok := s.Config.(connectors.LoginSharer)
	if ok && made[loginName(s)] {
		return shares.TryLogin(ctx, env)
	}
	made[loginName(s)] = true
	return s.Config.(connectors.Loginer).Login(ctx, env, who)
}

// loginName is what systems have in common that share a login.
func loginName(s *project.System) string {
	if c, ok := s.Config.(connectors.LoginSharer); ok {
		return s.Spec.Name + " " + c.LoginName()
	}
	return s.Spec.Name + " " + s.Account
}

// systems are those to log in to, each account once.
func (l loggingIn) systems(p *project.Project) ([]*project.System, error) {
	var out []*project.System
	seen := map[string]bool{}
	for _, s := range append(p.Sources, p.Targets...) {
		if l.only != "" && s.Name != l.only {
			continue
		}
		c, ok := s.Config.(connectors.Loginer)
		if !ok || !c.LogsIn() {
			if l.only != "" {
				return nil, fmt.Errorf("--only %s: it is not configured for a login with a browser – its own page says how it is: deskhaul connectors %s", l.only, s.Spec.Name)
			}
			continue
		}
		key := loginName(s) + " " + s.Account
		if seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, s)
	}
	switch {
	case len(out) > 0:
		return out, nil
	case l.only != "":
		return nil, fmt.Errorf("--only %s: no source or target has this name", l.only)
	}
	return nil, errors.New("no source or target is configured for a login with a browser: there is nothing to do")
}

// loginEnv is what a connector gets for a login: nothing is remembered but the login.
func (a *app) loginEnv(p *project.Project, s *project.System, inFile bool) connectors.Env {
	return connectors.Env{
		HTTP: plainClient(a.line, new(atomic.Int64), a.tracing.to), Log: a.log(), Temp: p.Temp(), Now: time.Now,
		Name: s.Name, Vault: p.Vault(inFile),
	}
}

// person is who sits at the terminal.
type person struct {
	app     *app
	browser bool
	once    sync.Once
	lines   chan string // what is written; closed at its end
}

// Visit implements connectors.Person. It goes to standard error: standard output is
// for what has been done.
func (p *person) Visit(v connectors.Visit) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Open this address in a web browser, on any machine:\n  %s\n", v.Address)
	if v.Code != "" {
		fmt.Fprintf(&b, "and enter the code\n  %s\n", v.Code)
	}
	if v.Paste {
		b.WriteString("If the browser runs on another machine, it ends at a page that does not open:\nwrite the address of that page here.\n")
	}
	if !v.Until.IsZero() {
		fmt.Fprintf(&b, "It can be done until %s. Waiting …\n", v.Until.Local().Format(time.TimeOnly))
	}
	_, err := io.WriteString(forPeople{p.app.stderr}, b.String())
	return err
}

// Browser implements connectors.Person.
func (p *person) Browser() bool { return p.browser }

// Line implements connectors.Person. One goroutine reads, for as long as the process
// lives: what is typed ahead is not lost.
func (p *person) Line(ctx context.Context) (string, error) {
	p.once.Do(func() {
		p.lines = make(chan string)
		go func() {
			defer close(p.lines)
			for in := bufio.NewScanner(p.app.stdin); in.Scan(); {
				p.lines <- in.Text()
			}
		}()
	})
	select {
	case line, ok := <-p.lines:
		if !ok {
			return "", io.EOF
		}
		return line, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
