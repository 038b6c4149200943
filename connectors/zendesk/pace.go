package zendesk

import (
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// plans are what Zendesk allows all calls of an account together, as its page on limits says
// (https://developer.zendesk.com/api-reference/introduction/rate-limits/).
var plans = []connectors.Allowance{
	{Plan: "Team", PerMinute: 200}, {Plan: "Growth, Professional", PerMinute: 400}, {Plan: "Enterprise", PerMinute: 700}, {Plan: "High Volume API", PerMinute: 2500},
}

// pace is what a move takes of an account. Exported files take no calls.
func pace(config any) connectors.Pace {
	c := config.(*Config)
	if c.Path != "" {
		return connectors.Pace{}
	}
	p := connectors.Pace{
		Plans: slices.Clone(plans), AtOnce: 4, Each: 300 * time.Millisecond,
		// Tickets and users are exported by the thousand, the comments of each ticket read.
		Read: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{
				Counted: connectors.PagesOf(l.Tickets, 1000) + connectors.PagesOf(l.People, 1000) + connectors.PagesOf(l.Places, 100) + l.Tickets + l.Messages/100,
				Other:   l.Files,
			}
		},
		// Somebody is looked for, made and looked at; files are sent each; tickets are imported
		// by the hundred, and the job is asked what became of them.
		Write: func(l connectors.Load) connectors.Calls {
			return connectors.Calls{Counted: 3*l.People + 2*l.Places + l.Files + 3*connectors.PagesOf(l.Tickets, most) + min(l.Tickets, 20)}
		},
	}
	if c.Rate > 0 {
		p.Plans = []connectors.Allowance{{PerMinute: float64(c.Rate)}}
	}
	for i := range p.Plans {
		p.Plans[i].PerMinute = c.Allowed(p.Plans[i].PerMinute)
	}
	return p
}
