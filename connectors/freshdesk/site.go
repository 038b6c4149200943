package freshdesk

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where people open Freshdesk's records: in the agents' pages, as they are and as they were before
// 2018, and in the customers' portal.
func site(config any) connectors.Pages {
	if config.(*Config).URL == "" {
		return connectors.Pages{}
	}
	return connectors.Pages{Base: config.(*Config).URL, Subject: "[#{id}]", Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/a/tickets/{id}"},
		{Kind: desk.KindTicket, Path: "/helpdesk/tickets/{id}"},
		{Kind: desk.KindTicket, Path: "/support/tickets/{id}", Customers: true},
		{Kind: desk.KindTicket, Path: "/*/support/tickets/{id}", Customers: true},
		{Kind: desk.KindContact, Path: "/a/contacts/{id}"},
		{Kind: desk.KindOrganization, Path: "/a/companies/{id}"},
	}}
}
