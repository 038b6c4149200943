package freshdesk

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know before a move.
func guide() connectors.Guide {
	return connectors.Guide{
		Access: []string{
			"Files that Freshdesk exported (Admin → Account → Export data: XML) are read without an account: `path`. So are answers of its API that were kept (JSON): tickets with `include=conversations`, pages of the conversations of those that have more than ten (tickets/NUMBER/conversations), contacts, agents, companies, groups.",
			"Take the API key of an agent who is an account admin with global ticket access: others see, and write, less.",
			"To read, the key must see all tickets, contacts, companies, agents, groups, products and the fields of each; ratings and archived tickets where the plan has them. To write it must also make and change tickets, notes, contacts, companies and groups. There is no key with fewer rights than its agent's role, and no OAuth here.",
			"In Freshdesk, open your profile settings (the picture at the top right), choose View API key, and confirm that you are no robot.",
			"Give it as token: ${FRESHDESK_TOKEN}, or in a file; the address is https://NAME.freshdesk.com, also where your customers see one of your own.",
			"To write: make a single line text field for tickets (Admin, Ticket fields) and name it in mark_field; without it a tag of each ticket takes the mark.",
			"To write: invite the agents first, with the addresses that they have in the source; inviting them mails them, so nothing here does it.",
		},
		Silence: []string{
			"In Admin, Email notifications, switch off all that go to requesters, agents and people in copy: a new ticket, assigned, resolved, closed, a comment added.",
			"In Admin, Automations, switch off those on ticket creation, ticket updates and hourly triggers that send anything or change tickets; in SLA policies, the reminders and escalations.",
			"Then say quiet: notifications-off; without it nothing is written, because no call can ask Freshdesk to be quiet and none tells how these switches stand.",
			"History is written as notes, public or private, and never as replies, which would be sent; nobody is named to be notified, nobody is put in copy, and no ticket has the source outbound email.",
		},
		Limits: []string{
			"Calls a minute, by plan: Growth 200, Pro 400, Enterprise 700, trial 50; making tickets, changing them and listing tickets and contacts have lower limits of their own. What the answers' headers say is kept to.",
			"Before the first ticket or message of a run the deleted contacts are listed, a hundred a call: nothing is written in the name of one.",
			"The files of one ticket may have 20 MB together; what does not fit is left out, the largest first, and told.",
			"A list of tickets ends at 30,000; more are read by the times of their changes. More than that changed at one second cannot be read.",
			"Archived tickets are in no list: each number that no list shows costs a call or two, once.",
			"A search gives 300 results and runs some minutes behind (search_lag).",
			"A rollback puts tickets and contacts into the trash, and deletes notes for good; made anew, the contacts come out of it, and so does a canary's, for the next one to the same address. Nobody else is brought back who was deleted: who has the address of one waits in quarantine, a canary to such an address is not written. While a contact lies there Freshdesk takes what they write for spam, so one who has tickets there that are not ours is left.",
		},
		Losses: []string{
			"Writing: dates and authors are Freshdesk's own; a line before each message says the original ones (the setting leftovers).",
			"Writing: what the cover of a ticket cannot hold (number, address, created, due, solved, closed, rating, history of statuses) stands in one private note, if the mapping says tickets: {leftovers: note}, and a delta adds a note with what is new. The setting leftovers: note makes a note here instead, for all tickets and once only; then the mapping adds none.",
			"Writing: of a message's text and HTML the HTML is kept. Images inside it are attached, and their places in the text are empty: no source documents a way to give Freshdesk an image for a text.",
			"Writing: an agent without a seat is refused, or stand_in stands for them; a ticket's first message is shown as its requester's.",
			"Writing: Message-IDs. Freshdesk threads by those of its own mails and by the ticket's id in the subject (`[#45]`, unless the account has a prefix): an answer to a mail from before the move opens a new ticket. `deskhaul redirects --mail` lists each Message-ID with its tag, and `deskhaul redirects --tag` puts it into answers on their way to Freshdesk.",
			"Writing: categories, people in copy, ratings, due times and merges.",
			"Reading: archived tickets that lie below a thousand missing numbers in a row; who merged what; the history of statuses.",
			"Reading: tickets that were deleted or marked as spam since the last reading are told, and contacts that were deleted have the state deleted in their fields; companies, groups, agents and products that were deleted are not noticed, which is why deletions are not promised.",
			"Reading: a merged ticket cannot be told from another, for no source documents what the API says of one. A delta brings what it sees: the secondary ticket as closed, with the note that Freshdesk may have added to it, and in the primary one the messages that are new there. If Freshdesk lists the secondary one as deleted, it is told as deleted.",
		},
		Doubts: []string{
			"What an export has was seen in the documentation of the API v1, whose form it is, and in programs of others that read exports; no export of a real account was at hand. Who is an agent is taken from `user-role` and `helpdesk-agent`, and from who answers for tickets.",
			"Whether a contact may be named as the author of a note: if it is refused, the note stands in the name of the key's owner, and that is told.",
			"How long a tag may be: if one is refused, it is cut to 32 characters, and that is told.",
			"Whether the Link header comes with every list: a full page is taken to have one after it.",
			"What deleting does to the time of a ticket's change: it is taken to be one.",
			"Whether a ticket that is marked as spam can be asked for by its number: it is taken to be so, and to say that it is spam, as the documentation of its fields has it. If it cannot, it counts as deleted.",
			"What becomes of a note in the name of a contact who was deleted: a ticket of theirs goes to spam, so neither is written. One who is deleted while a run writes is noticed by the next.",
			"What a public note triggers: notifications for it are to be switched off as well.",
			"What an include costs: of a list two credits each, of one ticket its conversations two and its times one; the headers say what a call cost, and it is kept to.",
		},
		Sources: []string{
			"https://developers.freshdesk.com/api/",
			"https://support.freshdesk.com/en/support/solutions/articles/226802-why-is-a-customer-s-reply-to-a-ticket-creating-a-new-ticket-email-threading-",
		},
	}
}
