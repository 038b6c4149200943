package deskcom

import "github.com/deskhaul/deskhaul/connectors"

var guide = connectors.Guide{
	Access: []string{
		"No account is needed, and there is none any more: `path` is a folder with the answers that were kept. How they lie there does not matter: a page of a list, one record, a record a line, records with others embedded in them. Each answer is known by the address in its `_links.self`; of the same record the newer form counts.",
		"A case needs its own answer (`/api/v2/cases`), that of its first message (`/cases/1/message`), its replies (`/cases/1/replies`) and notes (`/cases/1/notes`); a person those of `/customers` and `/users`; besides `/companies`, `/groups`, `/groups/1/users` and `/custom_fields`. `check` tells what is lacking.",
		"The addresses of attachments work no more. Files that were fetched in time are found among the answers by their path: it has the number of the attachment, or its name and the number of its case, or a name that no other has.",
	},
	Losses: []string{
		"An attachment whose file is not there is named at the end of its message. Put the files there before the first run: to a message that has arrived no file is added.",
		"A draft that was never sent is a private note.",
		"Tweets and posts that belong to no case, articles, macros, rules and filters are not moved.",
		"What Desk.com erased stays erased.",
	},
	Doubts: []string{
		"Which end of the priorities, 1 to 10, is the urgent one no document says: `most_urgent` is 10 unless you say 1. The number itself is kept in the field priority.",
		"The addresses of Desk.com's web pages, by which `redirects` and links in messages know cases, are confirmed by no document.",
	},
	Sources: []string{
		"https://github.com/forcedotcom/salesforce-deskcom-api",
		"https://github.com/tstachl/desk.js",
		"https://github.com/chriswarren/desk",
	},
	Examples: []connectors.Example{{
		Title: "Into a new helpdesk, with the links of old cases",
		Text:  []string{"With `site`, links in messages and `deskhaul redirects` know the old cases."},
		YAML: `sources:
  old: {connector: deskcom, path: deskcom-backup, site: https://acme.desk.com}
targets:
  new: {connector: zendesk, url: https://acme.zendesk.com, email: admin@acme.example, token: "${ZENDESK_TOKEN}"}
`,
	}},
}
