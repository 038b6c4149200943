package freshdesk

import "github.com/deskhaul/deskhaul/connectors"

// silence tells how each call is kept quiet; of all but notes the administrator's
// settings alone do it (https://developers.freshdesk.com/api/).
func silence() []connectors.Silence {
	const only = "quiet: " + quietDeclared
	declared := func(call connectors.Call, how, doubt string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.BySetting, Proof: connectors.Declared, Only: only, How: how, Doubt: doubt}
	}
	noted := func(call connectors.Call) connectors.Silence {
		return connectors.Silence{
			Call: call, By: connectors.ByEndpoint, Proof: connectors.Promised, Only: only,
			How: "A message is a note (POST tickets/ID/notes), which is mailed only to whom notify_emails names, and nobody is named; never a reply, which would be sent.",
		}
	}
	nobody := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.ByNobody, Proof: connectors.Promised, How: how}
	}
	const rules = "The e-mail notifications for it, and the automations on ticket updates, are switched off."
	const flagged = "That no flag of the call can do it, no source says outright."
	return []connectors.Silence{
		declared(connectors.CallTicket, "The e-mail notifications for new and for assigned tickets, and the automations on ticket creation, are switched off; nobody is in copy, and no ticket is an outbound e-mail.", flagged),
		noted(connectors.CallPublic),
		declared(connectors.CallPublic, rules, "What a public note triggers, no source says."),
		noted(connectors.CallNote),
		declared(connectors.CallNote, rules, ""),
		declared(connectors.CallFields, "The e-mail notifications for assigned tickets, and the automations on ticket updates, are switched off.", flagged),
		declared(connectors.CallClose, "The e-mail notifications for resolved and closed tickets, the satisfaction surveys, and the automations on ticket updates are switched off.", flagged),
		declared(connectors.CallContact, "The e-mail notifications to requesters are switched off, that of an activation among them.", "Whether making a contact sends an activation at all, no source says; it is never asked for."),
		nobody(connectors.CallAgent, "No agent is made, since that mails an invitation: who has a seat is found, and nothing is written."),
		declared(connectors.CallPerson, "The e-mail notifications to requesters are switched off.", "Whether a new address of a contact is mailed for confirmation, no source says."),
		nobody(connectors.CallShelf, "Companies and groups have no address."),
		{Call: connectors.CallDelete, By: connectors.ByEndpoint, Proof: connectors.Unconfirmed, Only: only, How: "Tickets, contacts and notes are deleted by DELETE, of which no e-mail is documented."},
	}
}
