package zendesk

import "github.com/deskhaul/deskhaul/connectors"

// silence tells how each call is kept quiet. That imports run no triggers and that later
// changes do: https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_import/;
// skip_verify_email: https://developer.zendesk.com/api-reference/ticketing/users/users/.
func silence() []connectors.Silence {
	const only = "quiet: triggers-off"
	lines := []connectors.Silence{{
		Call: connectors.CallTicket, By: connectors.ByEndpoint, Proof: connectors.Promised,
		How:   "Tickets are made by the import (POST imports/tickets), which runs no triggers and mails neither requesters nor people in copy.",
		Doubt: "Whether automations run later over imported tickets that are open, no source says; check names those that notify.",
	}}
	for _, call := range []connectors.Call{connectors.CallPublic, connectors.CallNote, connectors.CallFields, connectors.CallClose} {
		lines = append(lines,
			connectors.Silence{
				Call: call, By: connectors.BySetting, Proof: connectors.Tested, Only: only,
				How: "Triggers and automations that notify are deactivated; the run looks at them too, every five minutes.",
			},
			connectors.Silence{
				Call: call, By: connectors.BySetting, Proof: connectors.Declared, Only: only,
				How: "E-mails to people in copy and to followers are switched off; no call tells whether they are.",
			})
	}
	verify := "skip_verify_email keeps Zendesk from asking for a confirmation of the address"
	return append(lines,
		connectors.Silence{Call: connectors.CallContact, By: connectors.ByFlag, Proof: connectors.Promised, How: verify + "."},
		connectors.Silence{
			Call: connectors.CallAgent, By: connectors.ByFlag, Proof: connectors.Promised, How: verify + ".",
			Doubt: "Whether an account welcomes new agents in some other way, no source says: have them invited first where that matters.",
		},
		connectors.Silence{Call: connectors.CallPerson, By: connectors.ByFlag, Proof: connectors.Promised, How: verify + ", also with further ones."},
		connectors.Silence{Call: connectors.CallShelf, By: connectors.ByNobody, Proof: connectors.Promised, How: "Organisations and groups have no address."},
		connectors.Silence{Call: connectors.CallDelete, By: connectors.ByEndpoint, Proof: connectors.Unconfirmed, How: "Tickets and users are deleted by DELETE, of which no e-mail is documented."},
	)
}
