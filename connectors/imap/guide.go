package imap

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// guide is what a person should know besides the settings.
var guide = connectors.Guide{
	Access: []string{
		"With a password: set user and password. Gmail, Yahoo, iCloud, Yandex, Mail.ru and others take an application password only, which is made in the security settings of the account.",
		"Gmail: the full address as user (preset: gmail also where the mailbox has a company's own domain at Google Workspace), and an application password, which wants 2-step verification: *Google Account → Security → 2-Step Verification → App passwords*. The folder All Mail has to be shown in IMAP: *Settings → Labels → All Mail → Show in IMAP*.",
		"Gmail without a password: register a program of the kind Desktop app at console.cloud.google.com (APIs & Services, Credentials), set preset: gmail, oauth.client_id and oauth.client_secret, and run deskhaul login. Google gives no codes for mail: the browser comes back to this machine, or the address where it ends is written to deskhaul.",
		"Microsoft takes no passwords: register a program at entra.microsoft.com (App registrations, New registration), allow public client flows under Authentication, add the delegated permission IMAP.AccessAsUser.All of Office 365 Exchange Online, set preset: outlook, oauth.client_id and oauth.tenant, and run deskhaul login. It prints an address and a code; any browser will do.",
		"Where a rule of the organisation forbids logins with a code, add the address http://localhost for mobile and desktop applications to the registered program, and run deskhaul login --browser.",
		"A shared mailbox of Microsoft 365: give a person full access to it, set user to that person and mailbox to its address, and have the person log in.",
		"Without a person: give the program the application permission IMAP.AccessAsApp and its service principal access to the mailbox, and set oauth.client_secret, oauth.tenant and oauth.scopes: [https://outlook.office365.com/.default].",
		"Another provider: set oauth.client_id, token_url, device_url or auth_url, and scopes.",
	},
	Silence: []string{
		"IMAP puts mails into folders and sends none: APPEND is no delivery, so that no rule of the mailbox (out of office, forwarding) acts on what is written. There is nothing to set.",
	},
	Limits: []string{
		"Providers limit how many connections one account may have: lower connections if other programs are turned away.",
		"Gmail lets 15 connections at once to one account, and about 2500 MB a day be fetched by IMAP; what it refuses beyond that is asked for again later.",
		"Writing: where the server takes several mails in one command and unasked (MULTIAPPEND and LITERAL+, as Dovecot and Cyrus do), those that wait for one folder go together, up to 32; elsewhere each goes alone.",
	},
	Losses: []string{
		"Junk, trash and drafts are not read unless read names them. A message that is deleted in the mailbox stays at the target: it is no deleted ticket.",
		"Gmail: only All Mail is read, where each message lies once; drafts and chats in it, and what is in Spam and Trash, are not. Name folders in read to have others read.",
		"Gmail's own labels (Inbox, Important, Muted) are no tags. A star, or a flag elsewhere, is the tag flagged.",
		"Writing: a changed ticket has its newest cover, and the one before it, as mails in the folder deskhaul, where its records are; older ones are taken away where the server can take away single mails (UIDPLUS). In Gmail they stay in All Mail. A category that is called like a folder of junk, trash or drafts gets a folder with _ behind its name.",
		"Writing: every mail is written as read. A customer's mail is answered if an agent wrote after it, and the first mail of a ticket with the tag flagged has the flag; other tags stand on the ticket's cover, not on the mails as keywords, of which servers allow a few.",
		"Writing: where the server keeps no keywords, mails of deskhaul's are read back as mail of anybody, without what mail has no place for.",
		"Writing: " + compose.Overlooked,
	},
	Doubts: []string{
		"What is said of Gmail was tested against a server that was made after Google's documentation, not against Gmail: that a label that comes or goes raises MODSEQ, that a folder's own label is not told in it, what the label of a chat is called.",
		"The logins of Google and Microsoft were tried against stand-ins that keep the rules of RFC 6749, 7628 and 8628, and against a real Dovecot, not against the providers themselves.",
	},
	Examples: []connectors.Example{gmailTickets},
	Sources: []string{
		"https://www.rfc-editor.org/rfc/rfc9051", "https://www.rfc-editor.org/rfc/rfc7162",
		"https://developers.google.com/workspace/gmail/imap/imap-extensions",
		"https://developers.google.com/workspace/gmail/imap/xoauth2-protocol",
		"https://developers.google.com/identity/protocols/oauth2/limited-input-device",
		"https://support.google.com/a/answer/1071518",
		"https://support.google.com/mail/answer/7126229",
		"https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth",
		"https://www.rfc-editor.org/rfc/rfc7628", "https://www.rfc-editor.org/rfc/rfc8628", "https://www.rfc-editor.org/rfc/rfc8252",
	},
}
