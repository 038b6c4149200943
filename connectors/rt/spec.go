// Package rt reads Request Tracker 5 and 6 through REST 2.0
// (https://docs.bestpractical.com/rt/latest/RT/REST2.html).
//
// What Request Tracker calls a queue is a category here, a privileged user an
// agent, any other user a contact. It has no organisations: the text that a user
// has in that field is taken for one.
package rt

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says which Request Tracker and as whom.
type Config struct {
	URL      string            `yaml:"url" doc:"The address of Request Tracker's web pages, such as https://rt.example.com."`
	Token    connectors.Secret `yaml:"token" secret:"true" doc:"An authentication token of a user who sees everything (Settings, Auth Tokens)."`
	User     string            `yaml:"user" doc:"A user's name, with password, where there is no token."`
	Password connectors.Secret `yaml:"password" secret:"true" doc:"That user's password."`
	Query    string            `yaml:"query" doc:"Which tickets are read, in RT's own query language, such as Queue = 'Support'. Default: all."`
	// Statuses are words of the installation's own lifecycles.
	Statuses map[string]string `yaml:"statuses" doc:"RT's statuses beyond the usual ones, and which of new, open, pending, solved, closed each stands for."`

	rest.Settings `yaml:",inline"`
}

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check()}
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" {
		errs = append(errs, fmt.Errorf("url: %q is no address: write it as https://rt.example.com", c.URL))
	}
	switch {
	case c.Token == "" && c.User == "":
		errs = append(errs, errors.New("token: missing – make one in RT's settings, and give it as ${RT_TOKEN} or in a file"))
	case c.Token == "" && c.Password == "":
		errs = append(errs, errors.New("password: missing – give it as ${RT_PASSWORD} or in a file, or use a token"))
	}
	for word, status := range c.Statuses {
		if !isStatus(status) {
			errs = append(errs, fmt.Errorf("statuses: %s: %q is none of %v", word, status, desk.Statuses))
		}
	}
	return errors.Join(errs...)
}

// Spec describes the connector. It does not write yet.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "rt",
		Doc:    "Request Tracker 5 and 6, through REST 2.0",
		Config: func() any { return new(Config) },
		Location: func(config any, location string) error {
			config.(*Config).URL = location
			return nil
		},
		Account: func(config any) string { return strings.TrimRight(config.(*Config).URL, "/") },
		Reads: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Resume: true, Deletions: true, Parallel: 4,
		},
		Source: func(_ context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(config.(*Config), env)
		},
	}
}
