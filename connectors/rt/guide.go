package rt

import "github.com/deskhaul/deskhaul/connectors"

var guide = connectors.Guide{
	Access: []string{
		"A token of a user who sees everything: in RT, *Logged in as → Settings → Auth Tokens → Create*, which is there for who has the right *ManageAuthTokens*. Give it as `${RT_TOKEN}` or in a file. Where an installation has no tokens, `user` and `password` do.",
		"To read: the rights *SeeQueue*, *ShowTicket*, *ShowTicketComments*, *SeeCustomField* on all queues, and *AdminUsers* to see people's addresses. A superuser has them all; what another has no right to see RT leaves out without a word.",
		"An RT without its security fixes of October 2026 tells at once who is an agent, if the account has the rights *SeeGroup* and *AdminGroupMembership*. Any other is asked for each person who comes up.",
		"To write besides: *CreateTicket*, *ReplyToTicket*, *CommentOnTicket*, *ModifyTicket*, *ReassignTicket*, *DeleteTicket*, *ModifyCustomField*, *AdminUsers*, *AdminQueue*, and *ShowOutgoingEmail*, without which we do not see that RT has sent an e-mail.",
		"Two custom fields of the name `deskhaul` (or as `mark` says), both *Enter one value*: one for tickets, one for ticket transactions, applied to every queue that is written to (*Admin → Custom Fields*). Our marks stand there, by which a write whose answer was lost is found again.",
		"The right *OwnTicket* for those who are to own tickets, at least while the move lasts.",
	},
	Silence: []string{
		"RT writes e-mails by its scrips, and REST 2.0 has no switch for one call: let an administrator disable all scrips while we write (Admin → Scrips), and say so with quiet: scrips.",
		"The first write of a run goes alone and is looked after in RT's history, so that a scrip which was forgotten writes about one ticket; later ones are looked after one by one, then ten together. The run stops at the first e-mail that RT records.",
	},
	Limits: []string{
		"RT allows any rate, but has few workers: four calls are under way at most.",
		"A list has at most 100 rows a page. To an account that is no superuser RT does not tell how long most lists are: reading takes up to four calls more for each ticket.",
		"Since its security fixes of October 2026 (CVE-2026-108353) RT shows nobody the group of all agents: it is asked once for each user who is named, and for each one when people are read.",
		"RT hashes the token, or the password, anew at each call: about a quarter of a second of a processor at its standard `$BcryptCost` of 12. That is most of what a move takes of RT.",
	},
	Losses: []string{
		"RT dates and signs each message itself. Who wrote it and when stands in a line at its top (`preface`); so has a new ticket the date of the day, since RT's security fixes of October 2026 (CVE-2026-108271; see `dates`).",
		"RT knows the ticket of a mail by the tag in its subject alone (`[rt.example #45]`): an answer to a mail from before the move opens a new ticket. `deskhaul redirects --mail --subject '[rt.example #{id}]'` lists each Message-ID with its tag, and `deskhaul redirects --tag` before `rt-mailgate` puts it into answers.",
		"Organisations are the text in a user's field *Organization*.",
		"A ticket that was merged in the source is merged in RT when all else is written. RT shows its messages in the other ticket from then on, and adds its people to those who take part in that; what changes in it later, apart from new messages, is not written, and this is told. A rollback deletes the two together, or neither.",
	},
	Doubts: []string{
		"RT 5.0.3, before October 2026 and since (Debian's 5.0.3+dfsg-3~deb12u7), and 6.0.0 before it were tried: the whole suite that every connector passes, and the move of a whole mailing list by a process that was killed again and again. Of other versions nothing was seen.",
	},
	Sources: []string{
		"https://docs.bestpractical.com/rt/latest/RT/REST2.html",
	},
}
