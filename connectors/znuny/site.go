package znuny

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where people open tickets: in the agents' pages, and in those of customers. Both
// may also name the ticket by the number that people quote, which is no id.
func site(config any) connectors.Pages {
	return connectors.Pages{Base: strings.TrimRight(config.(*Config).URL, "/"), Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/index.pl?Action=AgentTicketZoom;TicketID={id}"},
		{Kind: desk.KindTicket, Path: "/customer.pl?Action=CustomerTicketZoom;TicketID={id}", Customers: true},
	}}
}

// Link is where people open a record.
func (a *api) Link(kind desk.Kind, id desk.ID) string { return site(a.config).Link(kind, id, false) }
