package rt

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// pace is what a move takes of Request Tracker, which allows any rate. Most of a call is the
// hashing of the token, at RT's standard cost.
func pace(any) connectors.Pace {
	return connectors.Pace{
		AtOnce: atOnce, Each: 300 * time.Millisecond,
		// Each person is asked for; a ticket has a history and attachments, whose bytes are read
		// each.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: l.People + connectors.PagesOf(l.People, 100) + l.Tickets*11/4 + l.Files*8/5}
		},
		// Somebody is looked for and made; each message is a call, and a ticket is looked at; the
		// history is asked for e-mails.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 2*l.People + 2*l.Places + max(l.Messages, l.Tickets) + l.Tickets*4/3 + l.Messages/6 + l.Files/2}
		},
	}
}
