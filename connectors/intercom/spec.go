// Package intercom reads and writes Intercom through its API, version 2.16
// (https://developers.intercom.com).
//
// A conversation is a ticket here, and so is what Intercom calls one; an admin is an agent,
// a team a group, a company an organisation, a part a message. The first message of a
// conversation is its source, that of a ticket its description.
//
// It writes tickets, and never conversations: a call on a ticket can ask that nobody be
// notified, and keeps its time.
package intercom

import (
	"context"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:     "intercom",
		Doc:      "Intercom, conversations and tickets, through its API 2.16; or files of what that gave",
		Config:   func() any { return new(Config) },
		Location: locate,
		Account: func(config any) string {
			c := config.(*Config)
			if c.Path != "" {
				return c.Path
			}
			return strings.TrimRight(regions[c.region()].app, "/") + "/" + c.Workspace
		},
		Reads: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket},
			Resume: true, Edits: true, Parallel: 4,
		},
		Writes: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket},
			Silent: true, Backdate: true, OneBody: true, Step: time.Second, AtOnce: 1, MaxFile: usualFile, Parallel: 4,
			Adopts: []desk.Kind{desk.KindAgent, desk.KindGroup},
			Fields: map[desk.Kind][]string{
				desk.KindOrganization: {"mark", "name", "fields."},
				desk.KindGroup:        {},
				desk.KindAgent:        {"email"},
				desk.KindContact:      {"mark", "name", "emails", "phones", "org", "fields."},
				desk.KindTicket:       {"mark", "created", "subject", "status", "requester", "assignee", "group", "fields."},
				desk.KindMessage:      {"mark", "from", "to", "cc", "text", "note", "author", "at", "files"},
				desk.KindFile:         {"name", "type", "size", "bytes"},
			},
			Always: map[desk.Kind][]string{desk.KindTicket: {"created", "status"}, desk.KindMessage: {"author", "from", "at"}},
		},
		Source: func(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
			if c := config.(*Config); c.Path != "" {
				return newFileSource(ctx, c, env)
			}
			return newSource(config.(*Config), env)
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			return newTarget(config.(*Config), env)
		},
		Silence: silence(),
		Guide:   guide(),
		Pace:    pace,
		Pages:   site,
	}
}

// locate takes a workspace's ID, the address of one of its pages, or a file.
func locate(config any, location string) error {
	c := config.(*Config)
	for region, at := range regions {
		if rest, is := strings.CutPrefix(location, at.app+"/a/"); is {
			if parts := strings.Split(rest, "/"); len(parts) > 1 {
				c.Region, location = region, parts[1]
			}
		}
	}
	if strings.ContainsAny(location, `./\`) {
		c.Path = location
		return nil
	}
	c.Workspace = location
	return nil
}
