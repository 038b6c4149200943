// Package mbox reads and writes mailboxes in one file: mbox in all its dialects,
// one file or a folder of them.
package mbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// Config is what a project says about an mbox.
type Config struct {
	Path string `yaml:"path" doc:"The mbox file, or a folder of them." path:"true"`
	// Quoting says what lines of ">From " mean.
	Quoting string `yaml:"quoting" doc:"Whether lines beginning with >From lose one quote: rd (as most programs write) or none." enum:"rd|none"`

	mail.Options `yaml:",inline"`
}

// Check tells what is wrong with the configuration.
func (c *Config) Check() error {
	var errs []error
	if c.Path == "" {
		errs = append(errs, errors.New("path: is not set: name the mbox file, or write --from mbox:FILE"))
	}
	if c.Quoting != "" && c.Quoting != "rd" && c.Quoting != "none" {
		errs = append(errs, fmt.Errorf("quoting: %q is neither rd nor none", c.Quoting))
	}
	return errors.Join(append(errs, c.Options.Check())...)
}

// Places implements connectors.Placed.
func (c *Config) Places() []string { return []string{c.Path} }

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name: "mbox",
		Doc:  "Mail in mbox files: one file, or a folder of them",
		Config: func() any {
			return &Config{Quoting: "rd", Options: mail.DefaultOptions()}
		},
		Location: func(config any, location string) error {
			c, ok := config.(*Config)
			if !ok || location == "" {
				return errors.New("mbox: name the file after the colon: mbox:FILE")
			}
			c.Path = location
			return nil
		},
		Account: account,
		Reads:   mail.ReadCaps(),
		Writes:  writes,
		Silence: connectors.Nobody("The mailbox is a file on this machine"),
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
		return nil, fmt.Errorf("mbox: the configuration is a %T", config)
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return mail.NewSource(ctx, &store{root: filepath.Clean(c.Path), quoted: c.Quoting != "none"}, c.Options, env)
}
