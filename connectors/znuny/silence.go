package znuny

import "github.com/deskhaul/deskhaul/connectors"

// silence tells how each call is kept quiet, as far as Znuny's source says
// (Kernel/System/Ticket/Article/Backend/MIMEBase.pm, ArticleCreate; Email.pm,
// SendAutoResponse; Kernel/System/Ticket/Event/NotificationEvent.pm).
func silence() []connectors.Silence {
	const only = "quiet: " + quietOff
	declared := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.BySetting, Proof: connectors.Declared, Only: only, How: how}
	}
	flagged := func(call connectors.Call) connectors.Silence {
		return connectors.Silence{
			Call: call, By: connectors.ByFlag, Proof: connectors.Promised, Only: only,
			How: "Articles are made and never sent (no ArticleSend), agents are not told of them (NoAgentNotify), and the automatic response that is asked for is of the type auto remove, which no queue has as Znuny is set up.",
		}
	}
	nobody := func(call connectors.Call, how string) connectors.Silence {
		return connectors.Silence{Call: call, By: connectors.ByNobody, Proof: connectors.Promised, How: how}
	}
	const rules = "All ticket notifications are set invalid; no queue has an automatic response of the type auto remove."
	return []connectors.Silence{
		flagged(connectors.CallTicket), declared(connectors.CallTicket, rules),
		flagged(connectors.CallPublic), declared(connectors.CallPublic, rules),
		flagged(connectors.CallNote), declared(connectors.CallNote, rules),
		declared(connectors.CallFields, "All ticket notifications are set invalid, those about owners and queues among them."),
		declared(connectors.CallClose, "All ticket notifications are set invalid."),
		nobody(connectors.CallContact, "Nothing is made: Znuny is asked whether it takes the address."),
		nobody(connectors.CallAgent, "No agent is made: who stands there is found."),
		nobody(connectors.CallPerson, "People are not changed."),
		nobody(connectors.CallShelf, "No queue is made: those that stand there are found."),
		declared(connectors.CallDelete, "A ticket gets the state removed; all ticket notifications are set invalid."),
	}
}
