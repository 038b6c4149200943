package imap

import "github.com/deskhaul/deskhaul/connectors"

// gmailTickets is how Deskun and others keep tickets in a shared Gmail.
var gmailTickets = connectors.Example{
	Title: "tickets as labels of a shared Gmail",
	Text: []string{
		"Deskun, and teams without any tool, keep a ticket as a conversation in a shared Gmail, and its status, its assignee and its category as labels of it: `Status/Waiting`, `Assignee/Ann`, `Team/Billing`. Write the names that your mailbox has; a label that no table lists says nothing of a status or an assignee.",
		"`gmail_threads: whole` makes each conversation one ticket, as it is shown there. With the default, mails that Gmail has put together by their subject alone (forms of one web page) stay tickets of their own.",
		"`category_labels` says which labels are categories. All labels of all messages of a conversation are the ticket's tags, and the mapping makes of them what the target knows: here the status, the assignee, and tags without either.",
		"A ticket with none of the status labels is open if the customer wrote last, else pending. An assignee is named with the source before the address, and has to be somebody who wrote or was written to in the mailbox.",
		"A label that is put on or taken away later is a change, and comes with the next run.",
	},
	YAML: `sources:
  gmail:
    connector: imap
    preset: gmail
    user: support@acme.example
    password: ${GMAIL_PASSWORD}
    agents: {domains: [acme.example]}
    gmail_threads: whole
    category_labels: ["Team/*"]
targets:
  out: {connector: jsonl, path: tickets.jsonl}
mapping:
  tables:
    status:
      Status/New: new
      Status/Waiting: pending
      Status/Done: solved
    assignee:
      Assignee/Ann: gmail/ann@acme.example
      Assignee/Bob: gmail/bob@acme.example
  tickets:
    set:
      status: 'table("status", find(ticket.tags, # startsWith "Status/"), ticket.status)'
      assignee: 'table("assignee", find(ticket.tags, # startsWith "Assignee/"), "")'
      tags: 'filter(ticket.tags, not (# matches "^(Status|Assignee|Team)/"))'
`,
}
