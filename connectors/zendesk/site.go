package zendesk

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where people open Zendesk's records: in the agents' workspace, and of requests in the help centre,
// with a language and without.
func site(config any) connectors.Pages {
	return connectors.Pages{Base: config.(*Config).base(), Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/agent/tickets/{id}"},
		{Kind: desk.KindTicket, Path: "/tickets/{id}"},
		{Kind: desk.KindTicket, Path: "/hc/requests/{id}", Customers: true},
		{Kind: desk.KindTicket, Path: "/hc/*/requests/{id}", Customers: true},
		{Kind: desk.KindTicket, Path: "/requests/{id}", Customers: true},
		{Kind: desk.KindContact, Path: "/agent/users/{id}"},
		{Kind: desk.KindAgent, Path: "/agent/users/{id}"},
		{Kind: desk.KindOrganization, Path: "/agent/organizations/{id}"},
	}}
}
