package okdesk

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// pace is what a move takes of an account. What Okdesk allows is not documented: it is
// asked as often as is configured.
func pace(config any) connectors.Pace {
	c := config.(*Config)
	return connectors.Pace{
		Plans:  []connectors.Allowance{{PerMinute: c.Allowed(float64(c.perMinute()))}},
		AtOnce: 2, Each: 300 * time.Millisecond,
		// An issue is asked for, and its comments; a file's address is a call too.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{
				Counted: 2*l.Tickets + l.Files + connectors.PagesOf(l.Tickets, mostIssues) + connectors.PagesOf(l.People, mostRows) + connectors.PagesOf(l.Places, mostRows) + 6,
				Other:   l.Files,
			}
		},
		// Whether somebody stands there is asked, then he is made; an issue is made, its
		// status is set, and it is looked at; each further message is a call.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 2*l.People + 2*l.Places + 2*l.Tickets + max(l.Tickets, l.Messages) + 6}
		},
	}
}
