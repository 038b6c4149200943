// Package freshdesk reads and writes Freshdesk through its API v2
// (https://developers.freshdesk.com/api).
//
// What Freshdesk calls a company is an organisation here, a product a category, a
// reply or note a message; the first message of a ticket is its description.
//
// What it writes sends nobody an e-mail: history becomes notes, never replies, and
// a target is opened only when its notifications are declared off (see Config.Quiet).
package freshdesk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says which account, and how it is read and written.
type Config struct {
	URL   string            `yaml:"url" silence:"true" doc:"The account's own address, such as https://acme.freshdesk.com. An address of your own domain that leads there does not serve the API."`
	Path  string            `yaml:"path" path:"true" doc:"When reading: a file that Freshdesk exported (XML), or an answer of its API that was kept (JSON), or a folder or zip of them. With it no account is needed; give url and token besides if attachments are to be fetched from it."`
	Token connectors.Secret `yaml:"token" secret:"true" silence:"true" doc:"An API key of an admin who sees all tickets (Profile settings, API key)."`

	// Statuses are words of the account's own.
	Statuses map[string]string `yaml:"statuses" doc:"The account's own statuses, by label or number, and which of new, open, pending, solved, closed each stands for. Default: pending."`
	Spam     bool              `yaml:"spam" doc:"Read tickets that are marked as spam too. Default: they are left out, and one that becomes spam counts as deleted."`
	Archived string            `yaml:"archived" enum:"yes|no" doc:"Read archived tickets too. No list shows them; each number below the highest that no list shows is asked for, once, at the first reading. Default: yes."`
	Ratings  string            `yaml:"ratings" enum:"yes|no" doc:"Read satisfaction ratings. Default: yes."`
	Images   string            `yaml:"images" doc:"Hosts besides the account's own and Freshdesk's for attachments from which images inside texts are fetched, separated by commas."`

	Quiet     string        `yaml:"quiet" silence:"true" enum:"notifications-off" doc:"Declare that nobody is mailed while a run writes: notifications-off says that, in Admin, all e-mail notifications to requesters, agents and people in copy are switched off, and all automations (on creation, on updates, hourly) that send anything. Freshdesk mails people when a ticket is made, assigned or closed, no call can ask it not to, and none tells how these switches stand. Without this line nothing is written."`
	MarkField string        `yaml:"mark_field" doc:"A custom ticket field (single line text) that takes our mark, such as cf_deskhaul; make it first. Default: a tag takes it."`
	Leftovers string        `yaml:"leftovers" enum:"preface|note|none" doc:"What becomes of dates and authors, which Freshdesk does not let us set: preface begins each message with a line that says who wrote it to whom and when; note does so and adds, once, a private note to each ticket with what its cover cannot hold (the mapping's leftovers: note does that too and keeps it current; where both are said, this one holds); none drops them, and with them the marks by which a message whose answer was lost is found again. Default: preface."`
	StandIn   string        `yaml:"stand_in" doc:"The address of an agent of the account in whose name that of people stands who have no seat there. Default: they are refused, and their tickets wait."`
	SearchLag time.Duration `yaml:"search_lag" doc:"How long the account's search runs behind: a write whose answer was lost is repeated no earlier. The vendor says a few minutes. Default: 10m."`
	MaxFiles  int64         `yaml:"max_files" doc:"How many bytes the files of one ticket may have together. Default: 20 MiB; older accounts may allow 15."`

	rest.Settings `yaml:",inline"`

	page int           // rows of a page; 0 is the most there may be. For tests
	wait time.Duration // before a call is repeated; 0 is the usual. For tests
}

// The defaults.
const (
	usualLag   = 10 * time.Minute
	usualFiles = 20 << 20
)

// isHost is the name of a host of the internet, whose last part is none of digits.
var isHost = regexp.MustCompile(`(?i)^([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+\pL[\pL\pN-]*[\pL\pN]$`)

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check()}
	if c.Path == "" || c.URL != "" {
		errs = append(errs, rest.CheckAccount(c.URL, "https://acme.freshdesk.com"))
	}
	if c.Token == "" && c.Path == "" {
		errs = append(errs, errors.New("token: missing – it is in Freshdesk under Profile settings; give it as ${FRESHDESK_TOKEN} or in a file"))
	}
	for _, word := range slices.Sorted(maps.Keys(c.Statuses)) {
		if !slices.Contains(desk.Statuses, desk.Status(c.Statuses[word])) {
			errs = append(errs, fmt.Errorf("statuses: %s: %q is none of %v", word, c.Statuses[word], desk.Statuses))
		}
	}
	for _, of := range []struct {
		key, value string
		allowed    []string
	}{
		{"quiet", c.Quiet, []string{"", quietDeclared}},
		{"leftovers", c.Leftovers, []string{"", leftPreface, leftNote, leftNone}},
		{"ratings", c.Ratings, []string{"", "yes", "no"}},
		{"archived", c.Archived, []string{"", "yes", "no"}},
	} {
		if !slices.Contains(of.allowed, of.value) {
			errs = append(errs, fmt.Errorf("%s: %q is none of %s", of.key, of.value, strings.Join(of.allowed[1:], ", ")))
		}
	}
	for host := range strings.SplitSeq(c.Images, ",") {
		if host = strings.TrimSpace(host); host != "" && !isHost.MatchString(host) {
			errs = append(errs, fmt.Errorf("images: %q is no name of a host: write such as images.acme.com, without https:// and without a path", host))
		}
	}
	if c.SearchLag < 0 || c.MaxFiles < 0 {
		errs = append(errs, errors.New("search_lag, max_files: must not be negative"))
	}
	return errors.Join(errs...)
}

const (
	quietDeclared = "notifications-off"
	leftPreface   = "preface"
	leftNote      = "note"
	leftNone      = "none"
)

func (c *Config) prefaced() bool { return c.Leftovers != leftNone }

func (c *Config) lag() time.Duration {
	if c.SearchLag == 0 {
		return usualLag
	}
	return c.SearchLag
}

func (c *Config) maxFiles() int64 {
	if c.MaxFiles == 0 {
		return usualFiles
	}
	return c.MaxFiles
}

// Caps is what holds under the configuration: writes are silent where that is declared;
// without the line before each message
// there is no room for its mark, its time and how it names its author.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	writes.MaxFile, writes.Silent = c.maxFiles(), c.Quiet == quietDeclared
	if writes.Silent {
		writes.Declared = "quiet: " + quietDeclared
	}
	if !c.prefaced() {
		writes.Fields = maps.Clone(writes.Fields)
		writes.Fields[desk.KindMessage] = []string{"text", "html", "note", "author", "files"}
	}
	return reads, writes
}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:     "freshdesk",
		Doc:      "Freshdesk, through its API v2; or files that it exported",
		Config:   func() any { return new(Config) },
		Location: locate,
		Account:  accountOf,
		Reads: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Resume: true, Edits: true, Parallel: 4,
		},
		Writes: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket},
			Silent: true, OneBody: true, AtOnce: 1, MaxFile: usualFiles, Parallel: 4, Adopts: []desk.Kind{desk.KindAgent},
			Fields: map[desk.Kind][]string{
				desk.KindOrganization: {"name", "domains", "note", "fields."},
				desk.KindGroup:        {"name"},
				desk.KindAgent:        {"email"},
				desk.KindContact:      {"mark", "name", "emails", "phones", "org", "language", "note", "fields."},
				desk.KindTicket:       {"mark", "subject", "status", "priority", "type", "channel", "requester", "assignee", "group", "tags", "fields."},
				desk.KindMessage:      {"mark", "from", "to", "cc", "text", "html", "note", "author", "files"},
				desk.KindFile:         {"name", "type", "size", "bytes"},
			},
			Always: map[desk.Kind][]string{desk.KindContact: {"language"}, desk.KindTicket: {"status", "priority", "channel"}, desk.KindMessage: {"author", "from"}},
		},
		Source: func(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
			c := config.(*Config)
			if c.Path != "" {
				return newFileSource(ctx, c, env)
			}
			return newSource(c, env)
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			c := config.(*Config)
			if c.Path != "" {
				return nil, fmt.Errorf("path: files that Freshdesk exported can only be read: %w", connectors.ErrDenied)
			}
			return newTarget(c, env)
		},
		Silence: silence(),
		Guide:   guide(),
		Pace:    pace,
		Pages:   site,
	}
}

// accountOf names what is read or written: one that has moved into files is another.
func accountOf(config any) string {
	c := config.(*Config)
	if c.Path != "" {
		return c.Path
	}
	return strings.TrimRight(c.URL, "/")
}

// locate takes "acme", "acme.freshdesk.com" or a whole address.
func locate(config any, location string) error {
	switch {
	case strings.Contains(location, "://"):
	case strings.Contains(location, "."):
		location = "https://" + location
	case location != "":
		location = "https://" + location + ".freshdesk.com"
	}
	config.(*Config).URL = location
	return nil
}
