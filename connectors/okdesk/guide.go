package okdesk

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know before a move.
func guide() connectors.Guide {
	return connectors.Guide{
		Access: []string{
			"Take the API key of an employee whose role is Administrator (Администратор): others see, and write, less, and may name no author of issues.",
			"To read, the key must see all issues, contacts, companies, employees, maintenance entities and the words of issues (statuses, priorities, types, parameters). To write it must also make and change issues, comments, contacts and companies.",
			"In Okdesk, open Настройки → API, and make a key for the employee.",
			"Give it as token: ${OKDESK_TOKEN}, or in a file; the address is https://NAME.okdesk.ru. Okdesk takes the key in the address of each call: it is shown nowhere, and goes to no other host.",
			"To write: make a text parameter of issues (Настройки → Заявки → Дополнительные атрибуты) and name its code in mark; without it the mark stands in the line before the description.",
			"To write: invite the employees first, with the addresses that they have in the source, and make the groups, with an employee in each: no group shows that nobody is in, and nothing here makes either. Name in stand_in an employee who stands for all others.",
		},
		Silence: []string{
			"In Okdesk's settings, switch off all rules of notification (Оповещения): to contacts, assignees, observers and groups, for new issues, comments, statuses and ratings.",
			"Switch off the automatic actions (Автоматические действия) and webhooks, and what reopens an issue when its contact answers.",
			"Then say quiet: notifications-off; without it nothing is written. Only the change of a status can be asked to be quiet (skip_options), which each is; of all other calls no source says what they mail, and none tells how the switches stand.",
			"Nobody is made an observer unless observers: yes says so, and no contact is given a login or password.",
		},
		Limits: []string{
			"What Okdesk allows is not documented: two calls a second are made (per_minute), and where it asks to wait, that is waited for.",
			"A list gives a hundred rows a call, of issues fifty; each issue costs two calls more, its own and its comments, and each file one.",
			"No list of issues can be asked for since a time: the first reading goes by the dates at which they were made, each delta from the latest change backwards. All contacts, companies and employees are listed each time.",
			"Before the first contact of a run is written all are listed, a hundred a call, since no search for an address is documented; their addresses are kept in memory.",
			"A status is reached by the steps that the account allows (Настройки → Заявки → Статусы заявок). A ticket whose step is refused waits in quarantine, with what to do; through names statuses that lie between.",
			"A rollback deletes issues, and archives contacts and companies, for no call is documented that deletes them. It deletes no comment: of an issue that was not ours it leaves them.",
			"When a contact was changed Okdesk does not tell: of one whose making lost its answer, or was broken off, a new name that somebody gives it before the next run is written over.",
		},
		Losses: []string{
			"Writing: dates and authors are Okdesk's own; a line before each message says the original ones (preface), and the author is named where he is there.",
			"Writing: what an issue cannot hold (number, address, created, solved, closed, rating, channel, history of statuses, time entries) stands in one private note, if the mapping says tickets: {leftovers: note}.",
			"Writing: tags, unless tags names a parameter for them; those who take part, unless observers says yes; categories and merges.",
			"Writing: of a message's text and HTML the HTML is kept. Images inside it are attached, and their places in the text are empty.",
			"Writing: an employee without a seat is refused, or stand_in stands for them; so it does for an author who is nobody there.",
			"Writing: a contact has one address; others stand in what is written about him, and he is found by them.",
			"Reading: check lists, specifications, agreements but for their names, and equipment but for its numbers; when a status changed, of which Okdesk tells sums alone; the words of a rating.",
			"Reading: issues that were deleted are told, and so are contacts and companies that are gone for good; of one that was archived the field active says so, which is why deletions are not promised.",
			"Reading: a file of an issue that its contact may not see (is_public: false) comes as a private message of its own, and one that was added later as a message at its time: who added it Okdesk does not tell.",
		},
		Doubts: []string{
			"No account was tried: what is said here is from the vendor's documentation, as it is quoted by clients of the API, and from what these do.",
			"Whether a comment is a change of its issue: as long as no issues have shown that it is, and for good once one has shown that it is not, the whole list of issues is gone through by each delta, fifty a call; check tells too.",
			"Whether the short list of all ids (issues/count) is ever cut: if it lacks many that are known, the long list is gone through. None is taken for deleted that can still be asked for.",
			"How files are named in a call: two ways are documented. What Okdesk took is looked at, and the other way is tried for what it did not (uploads). If the answer to the very first call with a file is lost, its file may be missing: verify tells.",
			"What PATCH issues/ID takes: the title, priority, contact and places of an issue that stands are asked of it, and what stays as it was is told.",
			"Whether a description is HTML, as a comment is: it is written as HTML, and read as what it looks like.",
			"How a deadline is read that says its own distance from UTC, as Okdesk's own times do: it is written in the account's zone besides, and what stands there is looked at.",
			"How an archived contact is brought back: by the call that archives, saying active: true.",
			"Which parameters contacts and companies have is in no documented list: they are learnt from the first hundred that stand there.",
			"Whether a contact may be the author of a private comment: if it is refused, stand_in stands for them.",
			"What Okdesk answers to a wrong key; whether accounts of okdesk.com answer alike; how large a file may be.",
		},
		Examples: []connectors.Example{{
			Title: "A mailbox into Okdesk",
			Text: []string{
				"The account's notifications are switched off, a parameter deskhaul is there for our marks, and one employee stands for whoever has no seat. Closed issues go through completed, as the account's order of statuses asks for.",
			},
			YAML: `project: into-okdesk
sources:
  mail:
    connector: mbox
    path: support.mbox
targets:
  okdesk:
    connector: okdesk
    url: https://acme.okdesk.ru
    token: ${OKDESK_TOKEN}
    quiet: notifications-off
    mark: deskhaul
    stand_in: support@acme.ru
    through: {closed: completed}
`,
		}},
		Sources: []string{
			"https://apidocs.okdesk.ru/apidoc/",
			"https://okdesk.com/apidoc",
			"https://github.com/apepenkov/okdesk_api",
			"https://github.com/alexsuslov/go-okdesk",
		},
	}
}
