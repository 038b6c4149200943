package intercom

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// pace is what a move takes of a workspace. The rate is one for all plans; what bounds a
// run is how long each call takes.
func pace(config any) connectors.Pace {
	return connectors.Pace{
		Plans:  []connectors.Allowance{{PerMinute: config.(*Config).Allowed(10_000)}},
		AtOnce: 4, Each: 300 * time.Millisecond,
		// Each conversation is asked for its parts; files lie elsewhere.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{
				Counted: l.Tickets + connectors.PagesOf(l.People, perPage) + connectors.PagesOf(l.Tickets, perPage) + connectors.PagesOf(l.Places, 100),
				Other:   l.Files,
			}
		},
		// Somebody is looked for, made, and put into a company; a ticket is made and its state
		// set; of a message the ticket's state is asked before, and set again after some.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 3*l.People + 2*l.Places + 2*l.Tickets + 2*l.Messages}
		},
	}
}
