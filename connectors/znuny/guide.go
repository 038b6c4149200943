package znuny

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know before a move.
var guide = connectors.Guide{
	Access: []string{
		"Let an administrator import the web service that stands below: it has the five ticket operations that are called, and no other. Where there is a web service of your own, name it in `service` and its routes in `routes`; they need a method with a body, since the password goes there and never into an address.",
		"Make an agent for deskhaul alone (*Admin → Agents*), not root@localhost. To read it needs the right *ro* on the groups of all queues, to write *rw* and *create* besides. Znuny leaves out without a word what it may not see.",
		"Give the login as `user` and the password as `password: ${ZNUNY_PASSWORD}`, or in a file. No session is opened: each call carries both.",
		"To write: make a dynamic field of tickets, of the type *Text*, with the name `deskhaul` (*Admin → Dynamic Fields*). Our mark stands there, by which a ticket is found again whose making nobody answered for.",
		"To write: agents and queues must stand in Znuny before, since no operation makes them. Name the logins of agents under `agents`, by their addresses; make queues with the names of the categories.",
		"To write: let an administrator set *CheckMXRecord* to No for the time (*Admin → System Configuration*), or Znuny refuses addresses whose domains are gone.",
		"Customers need not be there: who asks is known by the address. Those who are to log in should be made before, so that tickets go to them.",
	},
	Silence: []string{
		"Set all ticket notifications invalid for the time (*Admin → Ticket Notifications*), and see that no queue has an automatic response of the type *auto remove* (*Admin → Queues ↔ Auto Responses*; as Znuny is set up none has). Other modules that listen to ticket events, and Generic Agents that are triggered by them, must rest too. Then say `quiet: notifications-off`.",
		"Articles are made, never sent; agents are not told of them (*NoAgentNotify*). The first write of a run goes alone and is looked after in the ticket's history, then twenty one by one, then each tenth; a run stops at the first e-mail that the history records.",
		"A ticket that waits gets a reminder in the future (`pending`): Znuny reminds its agents of one without on the spot, and every day.",
		"Escalations begin with a new ticket, where its queue or SLA has times for them: set their notifications invalid as well, and close or take the times off before they are valid again.",
	},
	Limits: []string{
		"Znuny allows any rate, but has few workers: four calls are under way at most when it is written to.",
		"TicketSearch knows no second page: tickets are gone through by the time at which they were made, 2000 a search.",
		"TicketGet gives all files of a ticket in one answer. They are streamed to disk, up to half a gigabyte of the tickets that were read last; a file that is opened later has its ticket fetched again.",
		"People and queues are found by a census of the tickets, twenty a call, before the tickets are read; later ones look at those alone to which something happened.",
		"The files of one message may have 64 MiB together (`max_files`), for which the web service below has room.",
	},
	Losses: []string{
		"Reading: of customers and agents there are the names and addresses that tickets and articles are signed with, and nothing else: no telephone numbers, no names of companies, nobody without a ticket. The organisation is the customer ID.",
		"Reading: links between tickets other than merges, watchers, accounted times, dynamic fields of articles, chats, and appointments do not come along. Of a merged ticket Znuny keeps the messages in the other one.",
		"Reading: a ticket that was deleted is told as deleted, and so is one that got the state removed; one whose queue the user may not see any more looks deleted too, so a reading stops if half of all are.",
		"Writing: Znuny dates each ticket and article itself, and the author is the user. Who wrote it to whom and when stands in a line at the top of the text. `created_field` takes the day a ticket was made, for searches.",
		"Writing: contacts, agents, queues, groups and organisations are not made. Names and telephone numbers of contacts have no place.",
		"Writing: Message-ID, In-Reply-To and References are not taken, so that a late answer to an old mail opens a new ticket, unless the subject has the new number. Redirect such mails, or wait until they rest.",
		"Writing: tags, ratings, due times, people in copy, merges, and the history of statuses; the mapping's leftovers: note keeps them in a note. Solved and closed are one state, closed successful, unless statuses names another for one of them.",
		"A rollback gives tickets the state removed, and takes no single message back. A Generic Agent that deletes tickets of this state removes them for good.",
	},
	Doubts: []string{
		"Znuny 6.5.1 was tried, with PostgreSQL: the whole suite that every connector passes, and moves of mailboxes. Of ((OTRS)) 6 and Znuny 6.0 to 7 the source of the operations was read; nothing was run.",
		"Where a server is killed between an article and its files, the article stands there without them: verify tells it.",
		"A database of MySQL's that stores three bytes a letter keeps no emoji.",
	},
	Imports: []connectors.Import{{
		Title: "The web service for an administrator to import", Name: "deskhaul.yml", Format: "yml", Body: webService,
		Text: []string{
			"*Admin → Web Services → Add Web Service → Import web service* takes it, or `bin/znuny.Console.pl Admin::WebService::Add --name deskhaul --source-path deskhaul.yml` (`bin/otrs.Console.pl` in ((OTRS)) and Debian).",
			"Take it away again when the move is over.",
		},
	}},
	Examples: []connectors.Example{
		{
			Title: "From Znuny into files",
			Text:  []string{"Reads all that the user may see, once, and later what changed."},
			YAML: `project: znuny
sources:
  old:
    connector: znuny
    url: https://desk.example.com/znuny
    user: deskhaul
    password: ${ZNUNY_PASSWORD}
targets:
  new:
    connector: jsonl
    path: all.jsonl
`,
		},
	},
	Sources: []string{
		"https://doc.znuny.org/znuny/releases/installupdate/index.html",
		"https://github.com/znuny/Znuny/tree/rel-6_5/Kernel/GenericInterface/Operation/Ticket",
		"https://github.com/OTRS/otrs/tree/rel-6_0/Kernel/GenericInterface/Operation/Ticket",
	},
}
