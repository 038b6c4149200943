package imap

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know besides the settings.
var guide = connectors.Guide{
	Access: []string{
		"With a password: set user and password. Gmail, Yahoo, iCloud, Yandex, Mail.ru and others take an application password only, which is made in the security settings of the account.",
		"Microsoft takes no passwords: register a program at entra.microsoft.com (App registrations, New registration), allow public client flows under Authentication, add the delegated permission IMAP.AccessAsUser.All of Office 365 Exchange Online, set preset: outlook, oauth.client_id and oauth.tenant, and run deskhaul login. It prints an address and a code; any browser will do.",
		"Where a rule of the organisation forbids logins with a code, add the address http://localhost for mobile and desktop applications to the registered program, and run deskhaul login --browser.",
		"A shared mailbox of Microsoft 365: give a person full access to it, set user to that person and mailbox to its address, and have the person log in.",
		"Without a person: give the program the application permission IMAP.AccessAsApp and its service principal access to the mailbox, and set oauth.client_secret, oauth.tenant and oauth.scopes: [https://outlook.office365.com/.default].",
		"Gmail without a password: register a program of the kind Desktop app at console.cloud.google.com (APIs & Services, Credentials), set preset: gmail, oauth.client_id and oauth.client_secret, and run deskhaul login. Google gives no codes for mail: the browser comes back to this machine, or the address where it ends is written to deskhaul.",
		"Another provider: set oauth.client_id, token_url, device_url or auth_url, and scopes.",
	},
	Doubts: []string{
		"The logins of Google and Microsoft were tried against stand-ins that keep the rules of RFC 6749, 7628 and 8628, and against a real Dovecot, not against the providers themselves.",
	},
	Sources: []string{
		"https://developers.google.com/workspace/gmail/imap/xoauth2-protocol",
		"https://developers.google.com/identity/protocols/oauth2/limited-input-device",
		"https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth",
		"https://www.rfc-editor.org/rfc/rfc7628", "https://www.rfc-editor.org/rfc/rfc8628", "https://www.rfc-editor.org/rfc/rfc8252",
	},
}
