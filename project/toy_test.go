package project

import (
	"context"
	"errors"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// toy is a configuration with one field of every sort. Those from wait on stand in
// inline structs, one in the other, and must behave as if they did not.
type toy struct {
	Path     string            `yaml:"path" doc:"The file." path:"true"`
	Host     string            `yaml:"host" doc:"The server."`
	Password connectors.Secret `yaml:"password" doc:"The password." secret:"true"`
	Kind     string            `yaml:"kind" enum:"tickets|contacts" doc:"What is in it."`
	Agents   toyAgents         `yaml:"agents" doc:"Who is an agent."`
	Labels   map[string]string `yaml:"labels" doc:"New names of folders."`
	ToyPace  `yaml:",inline"`
	Private  string `yaml:"-"`
}

// ToyPace is exported so that tests can compare it.
type ToyPace struct {
	Wait   time.Duration `yaml:"wait" doc:"How long to wait." access:"true"`
	Size   int           `yaml:"size" doc:"How many at once."`
	Strict bool          `yaml:"strict" doc:"Refuse what is odd."`
	Rest   toyRest       `yaml:",inline"`
}

type toyRest struct {
	More []string `yaml:"more" doc:"More files." path:"true"`
}

type toyAgents struct {
	Domains  []string `yaml:"domains" doc:"Their domains."`
	Patterns []string `yaml:"patterns" doc:"Regular expressions for their addresses."`
}

func (c *toy) Check() error {
	var errs []error
	if c.Path == "" {
		errs = append(errs, errors.New("path: missing – name the file"))
	}
	if c.Size > 100 {
		errs = append(errs, errors.New("size: more than 100 cannot be read at once"))
	}
	return errors.Join(errs...)
}

func specs() []connectors.Spec {
	source := func(context.Context, any, connectors.Env) (connectors.Source, error) { return nil, nil }
	target := func(context.Context, any, connectors.Env) (connectors.Target, error) { return nil, nil }
	spec := func(name string) connectors.Spec {
		return connectors.Spec{
			Name: name, Doc: "a toy called " + name, Config: func() any { return &toy{Kind: "tickets", ToyPace: ToyPace{Size: 10}} },
			Location: func(c any, location string) error {
				if location == "nowhere" {
					return errors.New("nowhere is no place – name a file")
				}
				c.(*toy).Path = location
				return nil
			},
			Account: func(c any) string { return c.(*toy).Path }, Source: source, Target: target,
		}
	}
	archive := connectors.Spec{
		Name: archiveName, Doc: "the built-in helpdesk", Config: func() any { return new(toyArchive) },
		Location: func(c any, location string) error { c.(*toyArchive).Path = location; return nil },
		Account:  func(c any) string { return c.(*toyArchive).Path }, Source: source, Target: target,
	}
	all := []connectors.Spec{archive, spec("mbox"), spec("csv"), spec("jsonl")}
	all[2].Target = nil
	return all
}

type toyArchive struct {
	Path string `yaml:"path" doc:"The folder." path:"true"`
}
