package zendesk

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says which account and as whom, or which export file.
type Config struct {
	URL     string            `yaml:"url" silence:"true" doc:"The account: its name, such as acme, or its address, such as https://acme.zendesk.com."`
	Email   string            `yaml:"email" silence:"true" doc:"The address of an administrator, whose the token is."`
	Token   connectors.Secret `yaml:"token" secret:"true" doc:"An API token (Admin Center, Apps and integrations, APIs, Zendesk API). Exports and imports are for administrators only."`
	Access  connectors.Secret `yaml:"access_token" secret:"true" silence:"true" doc:"An OAuth access token with the scopes read and write, in place of email and token."`
	OAuth   rest.OAuth        `yaml:"oauth" doc:"In place of email and token, OAuth credentials that expire and are renewed."`
	Path    string            `yaml:"path" path:"true" doc:"When reading: a file that Zendesk exported (JSON, or JSON lines), or a folder or zip of them. With it no account is needed; give url and token besides if the account's attachments are private."`
	History bool              `yaml:"history" doc:"When reading: whether the history of each ticket's status, and when it was closed, is read as well. It takes one more call a ticket, so that a reading takes twice as long. Default: no."`
	// Quiet is what an administrator promises before tickets that stand are changed.
	Quiet string `yaml:"quiet" silence:"true" enum:"triggers-off" doc:"When writing: what keeps changes to tickets that stand from sending e-mails. Imports tell nobody, but Zendesk does tell people of a later answer or change. triggers-off says that an administrator has, for the time of the run, deactivated all triggers and automations that notify, and switched off e-mails to people in copy and followers (Admin Center, Objects and rules). The run looks whether triggers that notify are active, and changes nothing if one is. Default: tickets that stand are not changed, and what would have changed waits in quarantine."`
	// MaxFile is in MiB, as people say it.
	MaxFile    int    `yaml:"max_file" doc:"When writing: the largest attachment that the account takes, in MiB. Default: 50."`
	Settling   string `yaml:"settling" form:"duration" doc:"When writing: how long after a lost answer a ticket that is not found counts as never made. Default: 2m."`
	Rate       int    `yaml:"rate" doc:"How many calls a minute the account allows, until Zendesk says so itself. Default: 200, the least of all plans."`
	ExportRate int    `yaml:"export_rate" doc:"How many exports a minute the account allows. Default: 10; with the High Volume API add-on 30."`
	UpdateRate int    `yaml:"update_rate" doc:"How many changes of tickets a minute the account allows. Default: 100."`

	rest.Settings `yaml:",inline"`

	wait time.Duration // before a call is repeated; for tests
}

var accountName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check()}
	if c.Path == "" || c.URL != "" {
		errs = append(errs, c.checkAccount())
	}
	if c.Quiet != "" && c.Quiet != "triggers-off" {
		errs = append(errs, fmt.Errorf("quiet: %q is not known: write triggers-off, or leave it out", c.Quiet))
	}
	if _, err := rest.Settling(c.Settling); err != nil {
		errs = append(errs, err)
	}
	for name, n := range map[string]int{"max_file": c.MaxFile, "rate": c.Rate, "export_rate": c.ExportRate, "update_rate": c.UpdateRate} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("%s: %d is negative", name, n))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkAccount() error {
	if c.URL == "" {
		return errors.New("url: missing – write the account's address, such as https://acme.zendesk.com, or in path an export file")
	}
	if err := rest.CheckAccount(c.base(), "https://acme.zendesk.com"); err != nil {
		return err
	}
	switch {
	case c.OAuth.Given():
		if err := c.oauth().Check(); err != nil {
			return fmt.Errorf("oauth: %w", err)
		}
	case c.Access != "" || c.Email != "" && c.Token != "":
	case c.Path != "" && c.Email == "" && c.Token == "":
	case c.Token == "":
		return errors.New("token: missing – make one in Zendesk's Admin Center, and give it as ${ZENDESK_TOKEN} or in a file")
	default:
		return errors.New("email: missing – write the address of the administrator whose the token is")
	}
	return nil
}

// oauth are the credentials that are renewed: at the account itself, unless another
// address is given (https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/).
func (c *Config) oauth() rest.OAuth {
	o := c.OAuth
	if o.Given() && o.TokenURL == "" {
		o.TokenURL = c.base() + "/oauth/tokens"
	}
	return o
}

// base is the account's address, without a slash at the end.
func (c *Config) base() string {
	u := strings.TrimRight(strings.TrimSpace(c.URL), "/")
	u = strings.TrimSuffix(u, "/api/v2")
	switch {
	case accountName.MatchString(strings.ToLower(u)):
		return "https://" + strings.ToLower(u) + ".zendesk.com"
	case u != "" && !strings.Contains(u, "://"):
		return "https://" + u
	}
	return u
}

func (c *Config) maxFile() int64 { return int64(cmp.Or(c.MaxFile, 50)) << 20 }

// locate takes what stands behind "zendesk:" for a file if it looks like one, else
// for an account.
func (c *Config) locate(location string) {
	ext := strings.ToLower(filepath.Ext(location))
	file := slices.Contains([]string{".json", ".ndjson", ".jsonl", ".gz"}, ext)
	host, _, _ := strings.Cut(location, "/")
	if !strings.Contains(location, "://") && !strings.HasSuffix(host, ".zendesk.com") && (file || strings.ContainsAny(location, `/\`)) {
		c.Path = location
		return
	}
	c.URL = location
}

// account names the account, or the file.
func (c *Config) account() string {
	if c.Path != "" {
		return c.Path
	}
	return c.base()
}

// Caps implements connectors.Capped: a file tells of no changes.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	if c.Path != "" {
		reads.Resume, reads.Deletions, reads.Edits = false, false, false
		return reads, connectors.Caps{}
	}
	writes.MaxFile = c.maxFile()
	if c.Quiet != "" {
		writes.Declared = "quiet: " + c.Quiet
	}
	return reads, writes
}

// kinds are those that Zendesk has. Brands and forms are told as fields.
var kinds = []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket}
