package zendesk

import "github.com/deskhaul/deskhaul/connectors"

var guide = connectors.Guide{
	Access: []string{
		"An API token and the address of an administrator: *Admin Center → Apps and integrations → APIs → Zendesk API → Settings → Token access → Add API token*. Give it as `${ZENDESK_TOKEN}` or in a file. Exports and imports are for administrators only.",
		"Files that Zendesk exported (JSON or JSON lines) are read without an account: `path`.",
	},
	Silence: []string{
		"New tickets come by Zendesk's import, which runs no triggers and mails nobody.",
		"A later answer or change does notify: deactivate all triggers and automations that notify, and the e-mails to people in copy and followers, while we write; then say quiet: triggers-off. Without it tickets that stand are not changed, and what would have changed waits in quarantine.",
	},
	Limits: []string{
		"Calls a minute by plan (200 to 2500), exports 10, changes of tickets 100; what the answers' headers say is kept to.",
		"What happened in the last minute is not in an export yet; the next run brings it.",
		"A closed ticket takes no change any more.",
	},
	Losses: []string{
		"Ratings, the history of the status, and the door that something came through cannot be imported.",
		"Key figures (first response, resolution) are not counted by Zendesk for imported tickets.",
	},
	Doubts: []string{
		"How large a file may be: 50 MB are taken, `max_file` says otherwise.",
		"Whether automations run later over imported tickets that are open: look at them before the move.",
	},
	Sources: []string{
		"https://developer.zendesk.com/api-reference/ticketing/introduction/",
		"https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_import/",
	},
}
