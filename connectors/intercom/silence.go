package intercom

import "github.com/deskhaul/deskhaul/connectors"

// silence tells how each call is kept quiet: calls on tickets say skip_notifications
// (https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tickets); what
// the workspace's own messages and workflows do with new people and tickets, its
// administrator alone knows.
func silence() []connectors.Silence {
	const only = "quiet: " + quietDeclared
	flagged := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.ByFlag, Proof: connectors.Promised, Only: only, How: how}
	}
	declared := func(call connectors.Call, how, doubt string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.BySetting, Proof: connectors.Declared, Only: only, How: how, Doubt: doubt}
	}
	nobody := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.ByNobody, Proof: connectors.Promised, How: how}
	}
	const workflows = "Workflows that tickets set off are paused."
	const stated = "The call says skip_notifications, and names no teammate who does it, which workflows would need."
	return []connectors.Silence{
		flagged(connectors.CallTicket, "The call says skip_notifications: an option to disable notifications when a ticket is created."),
		declared(connectors.CallTicket, workflows, "Whether skip_notifications keeps workflows from running, no source says."),
		flagged(connectors.CallPublic, "A message is a reply on a ticket that says skip_notifications: an option to disable notifications when replying to a ticket."),
		declared(connectors.CallPublic, workflows, ""),
		flagged(connectors.CallNote, "A note is for teammates, and the call says skip_notifications; nobody is mentioned in it."),
		declared(connectors.CallNote, workflows, ""),
		flagged(connectors.CallFields, stated),
		declared(connectors.CallFields, workflows, ""),
		flagged(connectors.CallClose, stated),
		declared(connectors.CallClose, "Workflows that ask for a rating when a ticket is resolved are paused.", ""),
		declared(connectors.CallContact, "Outbound messages, series and workflows whose audience a new contact could be in are paused.", "No call can ask that a new contact be left out of them: unsubscribing them would change what they get from you for good."),
		nobody(connectors.CallAgent, "The API makes no teammates: who is one is found, and nothing is written."),
		declared(connectors.CallPerson, "Outbound messages, series and workflows whose audience a changed contact could be in are paused.", ""),
		nobody(connectors.CallShelf, "Companies have no address, and teams are found and not made."),
		{Call: connectors.CallDelete, By: connectors.ByEndpoint, Proof: connectors.Unconfirmed, Only: only, How: "Tickets, contacts and companies are deleted by DELETE, of which no e-mail is documented."},
	}
}
