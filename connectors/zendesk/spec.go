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
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "zendesk",
		Guide:  guide,
		Pace:   pace,
		Pages:  site,
		Doc:    "Zendesk, through its API; or files that it exported",
		Config: func() any { return new(Config) },
		Location: func(config any, location string) error {
			config.(*Config).locate(location)
			return nil
		},
		Account: func(config any) string { return config.(*Config).account() },
		Reads:   connectors.Caps{Kinds: kinds, Resume: true, Deletions: true, Edits: true, Parallel: 4},
		Writes: connectors.Caps{
			Kinds: kinds, Backdate: true, Step: time.Second, Silent: true, OneBody: true, Fields: kept, Always: always, Parallel: 8, MaxFile: new(Config).maxFile(),
		},
		Silence: silence(),
		Source: func(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
			if c := config.(*Config); c.Path != "" {
				return newFileSource(ctx, c, env)
			}
			return newSource(config.(*Config), env)
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			if c := config.(*Config); c.Path != "" {
				return nil, fmt.Errorf("path: a file that Zendesk exported can only be read: %w", connectors.ErrDenied)
			}
			return newTarget(config.(*Config), env)
		},
	}
}

// kept are the fields that Zendesk has room for. A comment has neither a mark nor
// the envelope of a mail; the door that something came through, ratings and the
// history of the status cannot be imported; due dates are for tasks only, which is
// why they are not promised (they are written where the type is task).
var kept = map[desk.Kind][]string{
	desk.KindOrganization: {"name", "domains", "note", "mark", "fields."},
	desk.KindGroup:        {"name", "mark"},
	desk.KindAgent:        {"name", "email", "groups", "disabled", "mark", "fields."},
	desk.KindContact:      {"name", "emails", "phones", "org", "language", "note", "mark", "fields."},
	desk.KindTicket: {
		"created", "subject", "status", "priority", "type", "requester", "participants", "assignee", "group", "tags", "solved", "mark", "fields.",
	},
	desk.KindMessage: {"author", "at", "note", "text", "html", "files"},
	desk.KindFile:    {"name", "type", "size", "bytes", "cid", "inline"},
}

// always are fields that Zendesk fills in by itself.
var always = map[desk.Kind][]string{
	desk.KindContact: {"name", "language"}, desk.KindAgent: {"name"}, desk.KindTicket: {"requester"}, desk.KindMessage: {"author"},
}
