package okdesk

import "github.com/deskhaul/deskhaul/connectors"

// silence tells how each call is kept quiet. The change of a status alone has a flag for it
// (https://apidocs.okdesk.ru/apidoc/, Смена статуса заявки); of the others no source says
// what they mail.
func silence() []connectors.Silence {
	const only = "quiet: " + quietDeclared
	declared := func(call connectors.Call, how, doubt string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.BySetting, Proof: connectors.Declared, Only: only, How: how, Doubt: doubt}
	}
	flagged := func(call connectors.Call) connectors.Silence {
		return connectors.Silence{
			Call: call, By: connectors.ByFlag, Proof: connectors.Promised, Only: only,
			How: "A status is changed with skip_options: skip_notifications, skip_webhooks, skip_triggers.",
		}
	}
	const nobody = "That no flag of the call can do it, no source says outright."
	return []connectors.Silence{
		declared(connectors.CallTicket, "The rules of notification for new issues and for those who are made responsible, and the automatic actions for new issues, are switched off; nobody is made an observer unless observers says so.", nobody),
		flagged(connectors.CallTicket),
		declared(connectors.CallPublic, "The rules of notification for new comments, and the automatic actions for them, are switched off.", nobody),
		declared(connectors.CallNote, "The rules of notification for new comments, which may be for employees, are switched off.", nobody),
		declared(connectors.CallFields, "The rules of notification for a new assignee, type, deadline and parameter, and the automatic actions for changes, are switched off.", nobody),
		flagged(connectors.CallClose),
		declared(connectors.CallClose, "The rules of notification for finished issues, and the question for a rating, are switched off.", "Whether skip_notifications keeps the question for a rating back too, no source says."),
		declared(connectors.CallContact, "The rules of notification are switched off; a contact is made without a login and password, and so is invited to nothing.", "Whether making a contact mails him at all, no source says."),
		{Call: connectors.CallAgent, By: connectors.ByNobody, Proof: connectors.Promised, How: "No employee is made: who has a seat is found, and nothing is written."},
		declared(connectors.CallPerson, "The rules of notification are switched off.", "Whether a new address of a contact is mailed for confirmation, no source says."),
		{Call: connectors.CallShelf, By: connectors.ByEndpoint, Proof: connectors.Unconfirmed, Only: only, How: "A company has an address, and no e-mail to it is documented; groups are found, and never made."},
		{Call: connectors.CallDelete, By: connectors.ByEndpoint, Proof: connectors.Unconfirmed, Only: only, How: "Issues are deleted by DELETE, contacts and companies archived; no e-mail is documented for either."},
	}
}
