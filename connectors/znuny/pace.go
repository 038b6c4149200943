package znuny

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// pace is what a move takes of Znuny, which allows any rate.
func pace(config any) connectors.Pace {
	each := int64(2) // a ticket, and its history
	if config.(*Config).History == "no" {
		each = 1
	}
	return connectors.Pace{
		AtOnce: atOnce, Each: 250 * time.Millisecond,
		// A census goes through the tickets, some of them a call; each is then asked for with all
		// that is said in it, and its files.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: connectors.PagesOf(l.Tickets, perGet) + each*l.Tickets + 2*connectors.PagesOf(l.Tickets, perSearch)}
		},
		// Each person is asked about; each message is a call, and a ticket is read back.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 2*l.People + l.Places + max(l.Tickets, l.Messages)*11/10 + l.Tickets}
		},
	}
}
