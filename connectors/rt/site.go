package rt

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where people open RT's records: agents, whoever may only see what is his (SelfService),
// and telephones.
func site(config any) connectors.Pages {
	return connectors.Pages{Base: config.(*Config).URL, Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/Ticket/Display.html?id={id}"},
		{Kind: desk.KindTicket, Path: "/Ticket/History.html?id={id}"},
		{Kind: desk.KindTicket, Path: "/m/ticket/show?id={id}"},
		{Kind: desk.KindTicket, Path: "/SelfService/Display.html?id={id}", Customers: true},
		{Kind: desk.KindCategory, Path: "/Search/Results.html?Query=Queue+%3D+{id}"},
	}}
}
