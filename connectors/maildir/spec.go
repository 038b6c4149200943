// Package maildir reads and writes Maildirs, with the folders of Maildir++ and
// nested ones.
package maildir

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// Config is what a project says about a Maildir.
type Config struct {
	Path string `yaml:"path" doc:"The Maildir: the folder with cur and new, or one that holds such folders." path:"true"`

	Agents            mail.Agents       `yaml:"agents" doc:"Who is one of us."`
	Aliases           map[string]string `yaml:"aliases" doc:"Our own addresses and the category each stands for."`
	Category          string            `yaml:"category" doc:"Where a ticket's category comes from. Default: alias if aliases are given, else folder if there are several, else none." enum:"|folder|label|alias|none"`
	Labels            string            `yaml:"labels" doc:"Whether labels become tags." enum:"tags|none"`
	Thread            string            `yaml:"thread" doc:"What holds a ticket together: references (and ticket numbers in subjects), or in addition the same subject among the same people." enum:"references|subject"`
	SubjectDays       int               `yaml:"subject_days" doc:"How many days mails with one subject may lie apart with thread: subject."`
	Tokens            []string          `yaml:"tokens" doc:"Regular expressions for ticket numbers in subjects; the first group is the number. Default: those of common systems."`
	SplitOnNewSubject bool              `yaml:"split_on_new_subject" doc:"Whether an answer under a new subject opens a ticket."`
	RepairAt          bool              `yaml:"repair_at" doc:"Whether to read \"user at host\" as an address."`
	Status            string            `yaml:"status" doc:"The status of every ticket. Default: open if an outsider wrote last, else pending." enum:"|new|open|pending|solved|closed"`
	TrustHeaders      string            `yaml:"trust_headers" doc:"When to believe X-Deskhaul headers: auto (if deskhaul wrote the mailbox), yes, no." enum:"auto|yes|no"`
	Folders           string            `yaml:"folders" doc:"When writing: whether categories become folders." enum:"categories|none"`
}

func (c *Config) options() mail.Options {
	return mail.Options{
		Agents: c.Agents, Aliases: c.Aliases, Category: c.Category, Labels: c.Labels, Thread: c.Thread,
		SubjectDays: c.SubjectDays, Tokens: c.Tokens, SplitOnNewSubject: c.SplitOnNewSubject,
		RepairAt: c.RepairAt, Status: c.Status, Trust: c.TrustHeaders,
	}
}

// Check tells what is wrong with the configuration.
func (c *Config) Check() error {
	var errs []error
	if c.Path == "" {
		errs = append(errs, errors.New("path: is not set: name the Maildir, or write --from maildir:FOLDER"))
	}
	return errors.Join(append(errs, c.options().Check())...)
}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name: "maildir",
		Doc:  "Mail in a Maildir and its folders",
		Config: func() any {
			return &Config{Folders: "categories", Labels: "tags", Thread: "references", SubjectDays: 14, TrustHeaders: "auto"}
		},
		Location: func(config any, location string) error {
			c, ok := config.(*Config)
			if !ok || location == "" {
				return errors.New("maildir: name the folder after the colon: maildir:FOLDER")
			}
			c.Path = location
			return nil
		},
		Account: account,
		Reads:   mail.ReadCaps(),
		Writes:  writes,
		Source:  openSource,
		Target:  openTarget,
	}
}

// account names the mailbox by its path.
func account(config any) string {
	c, ok := config.(*Config)
	if !ok {
		return ""
	}
	if abs, err := filepath.Abs(c.Path); err == nil {
		return abs
	}
	return c.Path
}

func openSource(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("maildir: the configuration is a %T", config)
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return mail.NewSource(ctx, &store{root: filepath.Clean(c.Path), now: env.Now}, c.options(), env)
}
