package intercom

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know before a move.
func guide() connectors.Guide {
	return connectors.Guide{
		Access: []string{
			"Make an app in the workspace's Developer Hub (Settings, Integrations, Developer Hub, New app), and take its access token from Authentication: give it as token: ${INTERCOM_TOKEN}, or in a file.",
			"To read, the app needs the rights to read conversations, tickets, users and companies, tags, admins and content data attributes; to write, those to write tickets and users and companies besides.",
			"Where the account is gone and somebody kept what its API gave (conversations with their parts, as GET /conversations/ID has them; tickets; contacts; companies; admins; teams), name the file or the folder in path; no token is needed then. Intercom's own exports have no messages in them.",
			"The workspace's ID is in the address of its pages: https://app.intercom.com/a/apps/WORKSPACE. Say region: eu or au where Intercom hosts it there.",
			"To write: make a ticket type of the category Customer, or take one, and name its number in ticket_type. Give it an attribute of the type Text named deskhaul (or as mark_attribute says), hidden from customers; two more where tags and priorities are to be kept.",
			"To write: invite the teammates first, with the addresses that they have in the source, and make the teams, with their names: the API makes neither. stand_in and stand_in_team name who stands for those that are not there, and stand_in_contact a contact for tickets that teammates opened.",
			"To write: make the attributes of contacts and companies first that custom fields are to go into (Settings, Data).",
		},
		Silence: []string{
			"Tickets are written, and never conversations: all calls on tickets say skip_notifications, which the vendor describes as the option to disable notifications; a message that begins a conversation has no such option.",
			"Pause the outbound messages and series whose audience may take in new or changed contacts, and the workflows that tickets set off.",
			"Then say quiet: outbound-off; without it nothing is written, because no call tells which of them are live.",
			"No call on a ticket names the teammate who does it where it need not: the vendor says that workflows need one.",
		},
		Limits: []string{
			"Version 2.16 of the API is asked for: by the description of 2.14 a reply to a ticket takes no files, and no list tells what was deleted.",
			"10,000 calls a minute for an app, and 25,000 for a workspace, in windows of ten seconds; what the answers' headers say is kept to.",
			"Of a conversation or ticket the newest 500 parts are given. The search gives 150 rows a page.",
			"Companies are listed by a scroll, one at a time in a workspace: another program's makes ours wait. Companies without people are not listed.",
			"A reply takes ten files; more go before it in replies of their own, which are read back as its own. A contact's reply takes none: those of a contact stand in a reply of the token's owner before it.",
			"How large a file may be no source says: max_file.",
			"The search runs some minutes behind (search_lag), and compares the times of contacts by days: what it is asked for begins two days earlier, and what is older is passed over.",
		},
		Losses: []string{
			"Reading: events without words (assignments, changed attributes, rules) but for those that change the status. Of custom objects and relations nothing is read, nor calls' recordings, articles and news.",
			"Reading: tags of tickets that never were conversations: the API does not tell them.",
			"Reading: contacts that were merged into others or deleted are in no list; where a conversation names one, they are made of what it says of them.",
			"Reading: conversations that were deleted since the first reading are told, where the plan gives that list; contacts, companies and teammates that were deleted are not noticed, which is why deletions are not promised.",
			"Reading: of parts of a type that no source describes, the words are taken for a private note, so that they reach no customer.",
			"Reading files: whom no record describes is made of what messages say of them; attachments whose addresses have expired are fetched only where workspace and token are given too.",
			"Writing: a ticket's cover has no room for its channel, participants, category, rating, history, due, solved and closed times, nor for tags and priority unless an attribute is named for them; the mapping's leftovers: note keeps them in a private note. Of closed and solved one remains, resolved.",
			"Writing: of a message's text and HTML the text is kept: what HTML a note takes is not described, and a reply is a text. Images inside it are attached.",
			"Writing: a contact has one address, one telephone number and, of ours, one company. Notes about them, language and zone are not written.",
			"Writing: a message of a contact who is not the ticket's own stands in the name of the token's owner; the line at its top says whose it is.",
			"Writing: who asks and when it began cannot be changed once a ticket is made.",
			"A rollback deletes tickets and contacts for good, and archives companies. A contact who has tickets or conversations that are not ours stays.",
		},
		Doubts: []string{
			"Whether a conversation that is made a ticket keeps its number: it is taken to, since one parameter takes the number of either. Where a ticket and a conversation of one number did not begin at one time, the second goes aside.",
			"Whether the search of conversations and tickets compares seconds or days: it is asked as if by days.",
			"Whether a reply by a contact who is not the ticket's own is taken, and whether it mails nobody: their messages stand in the name of the token's owner, unless others says themselves.",
			"Whether a teammate's reply is taken as a text or as HTML: the answer is compared with what was written, and a difference is told.",
			"Whether a reply to a ticket that is over opens it again: its state is put back after each.",
			"Whether a ticket type can insist on attributes where a ticket is made through the API: check tells of those that are required. The description holds a word of ours until the ticket's first message is written, and is empty then.",
			"What becomes of a ticket's team when it is given to a teammate, and the other way round: each is set by a call of its own.",
			"The words of the refusal of a contact who is there (already exists with id=…): if they are others, the address is searched for.",
			"Whether a company that was archived by a rollback comes back when it is made again with the same id.",
			"From which hosts images inside texts come: those of intercomcdn and intercomassets are asked, others if images names them.",
			"Whether all deleted conversations are listed, and tickets among them.",
		},
		Sources: []string{
			"https://github.com/intercom/Intercom-OpenAPI",
			"https://developers.intercom.com/docs/references/rest-api/api.intercom.io",
			"https://developers.intercom.com/docs/references/2.17/rest-api/errors/rate-limiting",
			"https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination",
		},
	}
}
