package imap

import (
	"cmp"
	"slices"
	"strings"
)

// preset is what is known of a provider.
type preset struct {
	host    string
	domains []string // of addresses whose mailboxes are there
	// How tokens are got. TENANT stands for the organisation.
	tokenURL, deviceURL, authURL string
	scopes                       []string
	back                         string // how a browser comes back to this machine
	guide                        string // where programs are registered
}

// The addresses and scopes are those of developers.google.com/identity/protocols/oauth2
// and developers.google.com/workspace/gmail/imap/xoauth2-protocol, and of
// learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth" and
// "OAuth 2.0 device authorization grant flow". Google gives no codes for devices with the
// scope of mail ("Invalid device flow scope"): its logins need a browser.
var presets = map[string]preset{
	"gmail": {
		host: "imap.gmail.com", domains: []string{"gmail.com", "googlemail.com"},
		tokenURL: "https://oauth2.googleapis.com/token", authURL: "https://accounts.google.com/o/oauth2/v2/auth",
		scopes: []string{"https://mail.google.com/"}, back: "127.0.0.1",
		guide: "register a program of the kind Desktop app at console.cloud.google.com",
	},
	"outlook": {
		host: "outlook.office365.com", domains: []string{"outlook.com", "hotmail.com", "live.com", "msn.com"},
		tokenURL:  "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token",
		deviceURL: "https://login.microsoftonline.com/TENANT/oauth2/v2.0/devicecode",
		authURL:   "https://login.microsoftonline.com/TENANT/oauth2/v2.0/authorize",
		scopes:    []string{"https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"}, back: "localhost",
		guide: "register a program that allows public client flows at entra.microsoft.com",
	},
}

// provider is what is known of whose server it is: as the preset, the host or the
// user's address say; the zero preset if nothing is.
func (c *Config) provider() preset {
	if p, ok := presets[c.Preset]; ok {
		return p
	}
	_, domain, _ := strings.Cut(strings.ToLower(c.User), "@")
	for _, p := range presets {
		if c.Host == p.host || c.Host == "" && slices.Contains(p.domains, domain) {
			return p
		}
	}
	return preset{}
}

func (c *Config) isOutlook() bool {
	return c.Preset == "outlook" || c.host() == presets["outlook"].host
}

// filled is a setting, or what the preset has for it.
func (c *Config) filled(set, known string) string {
	return cmp.Or(set, strings.ReplaceAll(known, "TENANT", cmp.Or(c.OAuth.Tenant, "common")))
}
