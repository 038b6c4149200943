package intercom

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// site is where teammates open a workspace's records. Customers see theirs in the messenger
// alone, which has no addresses.
func site(config any) connectors.Pages {
	c := config.(*Config)
	inbox, apps := "/a/inbox/"+c.Workspace, "/a/apps/"+c.Workspace
	return connectors.Pages{Base: regions[c.region()].app, Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: inbox + "/inbox/conversation/{id}"},
		{Kind: desk.KindTicket, Path: inbox + "/inbox/*/*/conversation/{id}"},
		{Kind: desk.KindTicket, Path: inbox + "/inbox/*/conversation/{id}"},
		{Kind: desk.KindTicket, Path: apps + "/conversations/{id}"},
		{Kind: desk.KindContact, Path: apps + "/users/{id}/all-conversations"},
		{Kind: desk.KindContact, Path: apps + "/users/{id}"},
		{Kind: desk.KindOrganization, Path: apps + "/companies/{id}"},
	}}
}

// Link is where people open a record.
func (a *api) Link(kind desk.Kind, id desk.ID) string {
	if a.config.Workspace == "" {
		return ""
	}
	return site(a.config).Link(kind, id, false)
}
