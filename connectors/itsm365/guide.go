package itsm365

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know before a move.
func guide() connectors.Guide {
	return connectors.Guide{
		Access: []string{
			"Have an administrator make an access key for a user of its own, and give it as token: ${ITSM365_TOKEN}, or in a file. It stands in the address of each call (accessKey): it is shown nowhere, and goes to no other host.",
			"To read, the user must see all tickets, comments, files, employees, organisations, teams and services, and be allowed to get single objects: one client found that its key could list tickets and get none; check tells.",
			"To write, it must also make and change tickets, comments, employees and organisations, attach files, and, for a rollback, delete them.",
			"A key with a vendor's rights lets check read the metadata (smpsync/metainfo): with it check knows every attribute and state, without it those that some objects show.",
			"Run check first: it names each attribute of the configuration that the installation does not have, with the one that may be meant. What is called otherwise there is named in attributes of its section; custom fields in fields; what must be filled (such as agreement and service) in constants.",
			"To write: have an administrator make an attribute of the type text, with one code, for tickets, employees and organisations, and name its code in mark.",
			"To write: make the agents, teams and services first; nothing here makes any. stand_in names an agent who stands for all who are not there.",
		},
		Silence: []string{
			"What is mailed to whom event actions say (Действия по событиям), which an administrator sets up: switch off all that notify anybody, of tickets, comments and employees, and rules that write back to mails.",
			"Then say quiet: events-off; without it nothing is written. No call is known that asks to be quiet, and none that tells how event actions are set. A canary shows it before a run.",
			"No contact is given a login or password, and none is asked to be generated and sent.",
		},
		Limits: []string{
			"No limit is known: two calls a second are made (per_minute), and where it asks to wait, that is waited for. Servers on premises are often small: lower it there.",
			"Lists have no filter by date, and no order that anybody vouches for: each is gone through as a whole, a thousand a call, and once more, until it brings nothing new and nothing twice. A delta does so with tickets, comments and files, and reads the tickets that changed. An installation may have a filter of its own: since names it.",
			"A ticket costs three calls: its own, its comments, its files; each file one more.",
			"A ticket begins in the first of its states, and goes to the others by the steps that the workflow allows: through names states that lie between, with_state what a state asks for. A ticket whose step is refused waits in quarantine, with what to do.",
			"Files are kept on this machine while their message is written: a ticket is made before its files.",
			"A rollback deletes tickets, contacts and organisations, and of tickets that are not ours the comments. A contact or organisation that others name is left.",
		},
		Losses: []string{
			"Writing: dates and authors are the system's own, and the key's user; a line before each message says the original ones.",
			"Writing: what a ticket cannot hold (number, created, solved, closed, rating, channel, history, participants) stands in one private note, if the mapping says tickets: {leftovers: note}. The type is that of its metaclass, and is set when it is made.",
			"Writing: tags and due times, unless tickets names attributes for them; priorities, unless priorities names them by UUID; custom fields, unless fields names their attributes.",
			"Writing: of a message's text and HTML the HTML is kept. Images inside it are attached, and their places in the text are empty.",
			"Writing: a contact has one address, unless contacts names an attribute for more (emails), and two telephone numbers.",
			"Reading: the history of states, and who changed what; what is done in other objects (tasks, approvals).",
			"Reading: a file is told with the message that came within two minutes of it; one that came with none is a private message of its own. Images inside a text are files, whose places in the text are not tied to them.",
			"Reading: an object that was archived is read with the field removed; one that was deleted is told.",
		},
		Doubts: []string{
			"No installation was tried. There is no public description of the services either: what is said here is from clients of the API, and from what these do. Classes, attributes and states differ from one installation to the next.",
			"Whether a comment and a file are a change of their ticket: so their lists are gone through by each delta (deltas).",
			"Whether a list has an order that stays, and how many rows it gives at most: a thousand were met.",
			"In which zone dates are: none says its own. An installation in the cloud was seen to be in Moscow's; check tells if that cannot be.",
			"How a comment is made: create-m2m/comment with source, text and private, as three clients do, or @comment as the ticket is edited (comment). Whether a private one came to be private is looked at, and one that did not is deleted again.",
			"Whether an author of comments may be named (authors), and what becomes of tags in a text: the line at the top is found in whatever is left.",
			"What is answered to a wrong key, to what must be filled and to a step that is not allowed: texts, some with the status 500. Those that speak of it are taken for refusals; after any other 500 it is looked whether the record is there.",
			"What deleting a ticket does with its comments and files, and whether a file may hang on a comment: they hang on the ticket here.",
			"How the metadata is made: what is called attribute and state in it is found, else objects are looked at.",
			"Which size a file may have: one that is refused for its size is left out, and told.",
		},
		Examples: []connectors.Example{{
			Title: "A mailbox into ITSM 365",
			Text: []string{
				"The event actions are switched off, an attribute deskhaul takes our mark, every ticket needs an agreement and a service, every contact an organisation, and the state resolved asks for a solution.",
			},
			YAML: `project: into-itsm365
sources:
  mail:
    connector: mbox
    path: support.mbox
targets:
  itsm365:
    connector: itsm365
    url: https://acme.itsm365.com
    token: ${ITSM365_TOKEN}
    quiet: events-off
    mark: deskhaul
    tickets:
      attributes: {html: descriptionInRTF}
      constants: {agreement: agreement$605301, service: slmService$3269602}
    contacts:
      constants: {parent: ou$3246521}
    through: {closed: resolved}
    with_state:
      resolved: {solution: See the comments}
`,
		}},
		Sources: []string{
			"https://github.com/exeki/nsd.basic_api_connector",
			"https://github.com/slayerjk/go-hd-naumen-api",
			"https://www.naumen.ru/products/service_desk/",
			"https://itsm365.com",
		},
	}
}
