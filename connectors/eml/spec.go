// Package eml reads and writes messages in files of their own: a folder with its
// subfolders, or (reading only) a .zip of them.
package eml

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// Config is what a project says about a folder of messages.
type Config struct {
	Path  string   `yaml:"path" doc:"The folder, or a .zip of one. Subfolders are folders of mail." path:"true"`
	Files []string `yaml:"files" doc:"What the files of messages are called, with * and ?. Default: *.eml"`

	mail.Options `yaml:",inline"`

	Folders  string `yaml:"folders" doc:"When writing: whether categories become folders." enum:"categories|none"`
	LineEnds string `yaml:"line_ends" doc:"When writing: how lines end." enum:"crlf|lf"`
}

// Check tells what is wrong with the configuration.
func (c *Config) Check() error {
	var errs []error
	if c.Path == "" {
		errs = append(errs, errors.New("path: is not set: name the folder or .zip, or write --from eml:FOLDER"))
	}
	for _, g := range c.Files {
		if _, err := path.Match(g, "x"); err != nil {
			errs = append(errs, fmt.Errorf("files: %q: %w", g, err))
		}
	}
	return errors.Join(append(errs, c.Options.Check())...)
}

// Places implements connectors.Placed.
func (c *Config) Places() []string { return []string{c.Path} }

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name: "eml",
		Doc:  "Mail in .eml files: a folder with subfolders, or a .zip",
		Config: func() any {
			return &Config{Folders: "categories", LineEnds: "crlf", Options: mail.DefaultOptions()}
		},
		Location: func(config any, location string) error {
			c, ok := config.(*Config)
			if !ok || location == "" {
				return errors.New("eml: name the folder after the colon: eml:FOLDER")
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
		return nil, fmt.Errorf("eml: the configuration is a %T", config)
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	st, err := newStore(filepath.Clean(c.Path), c.Files, env.Temp)
	if err != nil {
		return nil, err
	}
	return mail.NewSource(ctx, st, c.Options, env)
}
