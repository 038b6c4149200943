package itsm365

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// pace is what a move takes of an installation. What it bears no source says: it is asked as
// often as is configured.
func pace(config any) connectors.Pace {
	c := config.(*Config)
	return connectors.Pace{
		Plans:  []connectors.Allowance{{PerMinute: c.Allowed(float64(c.perMinute()))}},
		AtOnce: 2, Each: 300 * time.Millisecond,
		// A ticket is asked for, and its comments and files; each list is gone through twice.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 3*l.Tickets + l.Files + 2*connectors.PagesOf(l.Tickets, mostRows) + 2*connectors.PagesOf(l.People, mostRows) + 2*connectors.PagesOf(l.Places, mostRows) + 6}
		},
		// Whether somebody stands there is asked, then he is made; a ticket is made, given its
		// state, and looked at with its comments and files; a file is a call, and the list of them
		// before and after it.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 3*l.People + 2*l.Places + 5*l.Tickets + max(l.Tickets, l.Messages) + 3*l.Files + 6}
		},
	}
}
