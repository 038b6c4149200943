package freshdesk

import "github.com/deskhaul/deskhaul/connectors"

var guide = connectors.Guide{
	Access: []string{
		"The API key of an admin whose scope is all tickets: in Freshdesk, *Profile settings → View API key*. Give it as `${FRESHDESK_TOKEN}` or in a file.",
		"To write: a custom ticket field, *single-line text*, for our mark (`mark_field`), by which a write whose answer was lost is found again; without it a tag takes the mark.",
		"Every custom field that is to be filled must be there; agents need a seat, or `stand_in` names one who stands for them.",
	},
	Silence: []string{
		"Freshdesk mails people when a ticket is made, assigned or closed, and no call can ask it not to: in Admin, switch off the e-mail notifications to requesters, agents and people in copy, and the automations that send anything, while we write; then say quiet: notifications-off.",
		"Answers are written as notes, which notify nobody unless asked; replies and outbound e-mails are never used.",
	},
	Limits: []string{
		"Calls a minute by plan, and fewer for tickets, conversations and contacts; what the answers' headers say is kept to.",
		"The list of tickets ends at page 300; it is read in windows by the time of the last change.",
		"A search runs minutes behind and gives at most 300 results.",
		"The files of one message are 20 MB together, in older accounts 15.",
	},
	Losses: []string{
		"Freshdesk dates everything with the time of the move. The original date and author stand in a line at the top of each message (`leftovers: preface`), or besides in a private note (`leftovers: note`).",
		"A public answer stands as a public note.",
		"Archived tickets are in no list, and are not read.",
	},
	Doubts: []string{
		"Whether someone who is no agent may be the author of a note: it is tried, and where it is refused the note stands in the name of the key's owner, which is told.",
		"Whether files of 20 MB are taken, or only of 15: `max_files` says it.",
		"How far the search runs behind: `search_lag` says it; ten minutes are taken.",
	},
	Sources: []string{
		"https://developers.freshdesk.com/api/",
	},
}
