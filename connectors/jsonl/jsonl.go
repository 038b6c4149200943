// Package jsonl keeps helpdesk records as lines of canonical JSON, in a file or on
// standard input and output, so that any script can be a connector.
//
// A line is one record: {"kind": "ticket", "id": "…", …} with the names of package
// desk in snake_case, references as {"kind": "contact", "id": "…"}, times in RFC
// 3339 UTC, messages inside their ticket oldest first, files as {"name", "type",
// "size", "sha256", "path"} with the bytes beside the file, by content hash. Lines
// may come in any order. A later line with the same kind and id is a newer version
// of the record; {"kind": …, "id": …, "deleted": true} says that it is gone.
package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:     "jsonl",
		Doc:      "records as lines of JSON, in a file or on standard input and output (-)",
		Config:   func() any { return new(Config) },
		Location: func(config any, location string) error { config.(*Config).Path = location; return nil },
		Account:  func(config any) string { return config.(*Config).account() },
		Reads:    connectors.Caps{Kinds: desk.Kinds, Resume: true, Deletions: true, Parallel: 8},
		Writes:   connectors.Caps{Kinds: desk.Kinds, Backdate: true, Silent: true, Idempotent: true, Tombstones: true, Parallel: 4},
		Silence:  connectors.Nobody("The records are lines of a file"),
		Source: func(_ context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return openSource(config.(*Config), env)
		},
		Target: func(ctx context.Context, config any, env connectors.Env) (connectors.Target, error) {
			if c := config.(*Config); c.stdio() {
				return openStream(c, env)
			}
			return openTarget(ctx, config.(*Config), env)
		},
	}
}

// Config says where the lines are.
type Config struct {
	Path  string `yaml:"path" path:"true" doc:"The file of lines, or - for standard input and output."`
	Files string `yaml:"files" path:"true" doc:"The folder of the bytes of files. Default: the name of the file with .files after it; with - there is no default, and file bytes are left out."`

	in  func() io.Reader // stands for standard input in tests
	out io.Writer        // stands for standard output in tests
}

// Check finds mistakes before anything is opened.
func (c *Config) Check() error {
	if c.Path == "" {
		return errors.New("path: say which file to use, or - for standard input and output")
	}
	if c.stdio() || c.Files == "" {
		return nil
	}
	rel, err := filepath.Rel(filepath.Dir(c.Path), c.Files)
	if err != nil || !filepath.IsLocal(rel) {
		return fmt.Errorf("files: %s must lie in the folder of %s, so that paths in the lines lead to it", c.Files, c.Path)
	}
	return nil
}

// Caps is what holds for standard input and output: read once, written once and
// only forwards, and without a folder no bytes of files.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	if !c.stdio() {
		return reads, writes
	}
	reads.Resume, reads.OnePass = false, true
	writes.OnePass, writes.CreateOnly, writes.Idempotent, writes.Tombstones = true, true, false, true
	if c.Files == "" {
		writes.Fields = map[desk.Kind][]string{desk.KindFile: {"name", "type", "size", "sha256", "cid", "inline"}}
	}
	return reads, writes
}

// Places implements connectors.Placed.
func (c *Config) Places() (places []string) {
	if !c.stdio() {
		places = append(places, c.Path)
	}
	if files, _ := c.folder(); files != "" {
		places = append(places, files)
	}
	return places
}

// stdio also knows a - that was made absolute.
func (c *Config) stdio() bool { return filepath.Base(c.Path) == "-" }

func (c *Config) account() string {
	if c.stdio() {
		return "-"
	}
	if abs, err := filepath.Abs(c.Path); err == nil {
		return abs
	}
	return c.Path
}

// folder is where the bytes of files lie, and the folder that paths in the lines
// are relative to; "" if there is none.
func (c *Config) folder() (files, base string) {
	switch {
	case c.stdio() && c.Files == "":
		return "", ""
	case c.stdio():
		return c.Files, filepath.Dir(c.Files)
	case c.Files == "":
		return c.Path + ".files", filepath.Dir(c.Path)
	default:
		return c.Files, filepath.Dir(c.Path)
	}
}

func (c *Config) input() io.Reader {
	if c.in != nil {
		return c.in()
	}
	return os.Stdin
}

func (c *Config) output() io.Writer {
	if c.out != nil {
		return c.out
	}
	return os.Stdout
}
