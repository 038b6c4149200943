package itsm365

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where people open the records: all objects have one form of address, as links that
// people publish show (https://docsvision.itsm365.com/sd/operator/#uuid:KB$2437101).
func site(config any) connectors.Pages {
	pages := connectors.Pages{Base: strings.TrimRight(config.(*Config).URL, "/")}
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact, desk.KindAgent, desk.KindOrganization} {
		pages.Forms = append(pages.Forms, connectors.Page{Kind: kind, Path: "/sd/operator/#uuid:{id}"})
	}
	return pages
}
