// Package zendesk reads and writes Zendesk through its Support API
// (https://developer.zendesk.com/api-reference/), and reads the files that Zendesk
// exports without an account.
//
// Agents are users with the role agent or admin, contacts all others. Brands and
// forms are told as fields. What it writes it writes through the import of tickets,
// which tells nobody; what a ticket that stands already would have to say more, it
// says only where an administrator has switched notifications off (see
// Config.Quiet).
package zendesk

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
)

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "zendesk",
		Doc:    "Zendesk, through its API; or files that it exported",
		Config: func() any { return new(Config) },
		Location: func(config any, location string) error {
			config.(*Config).locate(location)
			return nil
		},
		Account: func(config any) string { return config.(*Config).account() },
		Reads:   connectors.Caps{Kinds: kinds, Resume: true, Deletions: true, Edits: true, Parallel: 4},
		Source: func(_ context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(config.(*Config), env)
		},
	}
}
