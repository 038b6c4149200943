package freshdesk

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// pace is what a move takes of an account. What its plans allow has changed over the years,
// and is told in the head of each answer, which a run goes by.
func pace(config any) connectors.Pace {
	p := connectors.Pace{
		Plans:  []connectors.Allowance{{Plan: "Growth", PerMinute: 200}, {Plan: "Pro", PerMinute: 400}, {Plan: "Enterprise", PerMinute: 700}},
		AtOnce: 4, Each: 300 * time.Millisecond,
		// Lists leave out what is asked of each contact and ticket; ten answers come with it.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{
				Counted: l.People + l.Tickets + connectors.PagesOf(l.People, 100) + connectors.PagesOf(l.Tickets, 100) + connectors.PagesOf(l.Places, 100) + l.Messages/30,
				Other:   l.Files,
			}
		},
		// Somebody is looked for and made; each message is a call, with its files.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 2*l.People + 2*l.Places + max(l.Tickets, l.Messages)}
		},
	}
	for i := range p.Plans {
		p.Plans[i].PerMinute = config.(*Config).Allowed(p.Plans[i].PerMinute)
	}
	return p
}
