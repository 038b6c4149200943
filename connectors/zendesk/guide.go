package zendesk

import "github.com/deskhaul/deskhaul/connectors"

var guide = connectors.Guide{
	Access: []string{
		"An API token and the address of an administrator: *Admin Center → Apps and integrations → APIs → Zendesk API → Settings → Token access → Add API token*. Give it as `${ZENDESK_TOKEN}` or in a file. Exports and imports are for administrators only.",
		"Or OAuth, with the scopes read and write, of an administrator: a token that stands (`access_token`), or a client with its secret, and a refresh token where there is one (`oauth`), which is renewed when it expires.",
		"Files that Zendesk exported (JSON or JSON lines) are read without an account: `path`.",
	},
	Silence: []string{
		"New tickets come by Zendesk's import, which runs no triggers and mails nobody.",
		"A later answer or change does notify: deactivate all triggers and automations that notify, and the e-mails to people in copy and followers, while we write; then say quiet: triggers-off. Without it tickets that stand are not changed, and what would have changed waits in quarantine.",
	},
	Limits: []string{
		"Calls a minute by plan (200 to 2500), exports 10, changes of tickets 100; what the answers' headers say is kept to.",
		"An upload may be 50 MB large, and waits for its comment for an hour; an import of many takes 100 tickets, and some 30 jobs may be under way.",
		"What happened in the last minute is not in an export yet; the next run brings it.",
		"A closed ticket takes no change any more.",
	},
	Losses: []string{
		"Ratings, the history of the status, and the door that something came through cannot be imported.",
		"A rollback deletes people for good; one who has tickets in Zendesk that are not ours is left, and told.",
		"Images inside a text are shown in place, by the address of their upload; one that the text does not show is an attachment.",
		"Zendesk threads mails by the Message-IDs of its own and by a ticket's encoded id, and imports take neither: an answer to a mail from before the move opens a new ticket. `deskhaul redirects --mail` lists each Message-ID with its ticket, for a filter of yours.",
		"Of a message's text and HTML the HTML is kept, in Zendesk's own layout; blind copies and the headers of a mail are not.",
		"Comments that are added to a ticket that stands have the time of the move; the original one is in their metadata.",
		"Zendesk has rules of its own for tags; which of a ticket's tags it altered is told with the ticket. The tickets of a job are read back for it, a hundred in one call; those of a job that a run before began, and did not live to see the end of, are not.",
		"What Zendesk has no room for (number, address, ratings, the history of the status, due dates of what is no task) stands in one private comment of each ticket, if the mapping says tickets: {leftovers: note}.",
		"Key figures (first response, resolution) are not counted by Zendesk for imported tickets.",
	},
	Doubts: []string{
		"Whether Zendesk keeps what stands behind the # of an image's address, where the Content-ID is: if not, the image is shown all the same, and is read back under another one.",
		"How large a file may be: 50 MB are taken, `max_file` says otherwise.",
		"Whether automations run later over imported tickets that are open: look at them before the move.",
	},
	Sources: []string{
		"https://developer.zendesk.com/api-reference/ticketing/introduction/",
		"https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_import/",
		"https://support.zendesk.com/hc/en-us/articles/8396827889946-How-are-incoming-emails-threaded-to-tickets",
	},
}
