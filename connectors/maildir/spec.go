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
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// Config is what a project says about a Maildir.
type Config struct {
	Path string `yaml:"path" doc:"The Maildir: the folder with cur and new, or one that holds such folders." path:"true"`

	mail.Options `yaml:",inline"`

	Folders string `yaml:"folders" doc:"When writing: whether categories become folders." enum:"categories|none"`
}

// Check tells what is wrong with the configuration.
func (c *Config) Check() error {
	var errs []error
	if c.Path == "" {
		errs = append(errs, errors.New("path: is not set: name the Maildir, or write --from maildir:FOLDER"))
	}
	return errors.Join(append(errs, c.Options.Check())...)
}

// Places implements connectors.Placed.
func (c *Config) Places() []string {
	return []string{c.Path, filepath.Join(c.Path, "tmp"), filepath.Join(c.Path, "cur"), filepath.Join(c.Path, "new")}
}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name: "maildir",
		Doc:  "Mail in a Maildir and its folders",
		Config: func() any {
			return &Config{Folders: "categories", Options: mail.DefaultOptions()}
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
		Silence: connectors.Nobody("The mailbox is a folder on this machine"),
		Guide:   connectors.Guide{Losses: []string{"Writing: " + compose.Overlooked}},
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
	return mail.NewSource(ctx, &store{root: filepath.Clean(c.Path), now: env.Now}, c.Options, env)
}
