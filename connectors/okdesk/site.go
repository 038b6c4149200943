package okdesk

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where people open Okdesk's records. Employees and customers have the same address
// of an issue, says a client of the API; the others are not documented.
func site(config any) connectors.Pages {
	return connectors.Pages{Base: config.(*Config).URL, Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/issues/{id}"},
		{Kind: desk.KindTicket, Path: "/issues/{id}", Customers: true},
	}}
}
