package itsm365

import "github.com/deskhaul/deskhaul/connectors"

// silence tells how each call is kept quiet: by the administrator alone, who sets up in event
// actions what is mailed to whom.
func silence() []connectors.Silence {
	const only = "quiet: " + quietDeclared
	declared := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.BySetting, Proof: connectors.Declared, Only: only, How: how, Doubt: "That no call can ask for it, no source says outright."}
	}
	nobody := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.ByNobody, Proof: connectors.Promised, How: how}
	}
	return []connectors.Silence{
		declared(connectors.CallTicket, "The event actions for new tickets, and for those who are made responsible, are switched off."),
		declared(connectors.CallPublic, "The event actions for new comments are switched off."),
		declared(connectors.CallNote, "The event actions for new comments, which may be for employees, are switched off."),
		declared(connectors.CallFields, "The event actions for changes of tickets are switched off."),
		declared(connectors.CallClose, "The event actions for changes of a state, and questions for a rating, are switched off."),
		declared(connectors.CallContact, "The event actions for new employees are switched off; a contact is made without a login and password, and none is asked to be generated and sent (isGenPass)."),
		nobody(connectors.CallAgent, "No agent is made: who is there is found, and nothing is written."),
		declared(connectors.CallPerson, "The event actions for changes of employees are switched off."),
		declared(connectors.CallShelf, "The event actions for new organisations are switched off; groups and categories are found, and never made."),
		declared(connectors.CallDelete, "The event actions for what is deleted are switched off."),
	}
}
