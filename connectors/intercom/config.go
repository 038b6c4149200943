package intercom

import (
	"cmp"
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

// Config says which workspace, and how it is read and written.
type Config struct {
	Workspace string            `yaml:"workspace" silence:"true" doc:"The workspace's ID, as the address of its pages has it (https://app.intercom.com/a/apps/WORKSPACE): a word such as wjw5eps7. A token of another workspace is refused."`
	Token     connectors.Secret `yaml:"token" secret:"true" silence:"true" doc:"The access token of an app of the workspace's own (Settings, Integrations, Developer Hub, your app, Authentication)."`
	Region    string            `yaml:"region" enum:"us|eu|au" access:"true" doc:"Where Intercom hosts the workspace: us, eu or au. Default: us."`
	URL       string            `yaml:"url" access:"true" doc:"The address of the API where it is reached by another than its region's, such as through a gateway of your own."`

	Path string `yaml:"path" path:"true" doc:"When reading: a file in which somebody kept what the API gave (JSON, or JSON lines: conversations with their parts, tickets, contacts, companies, admins, teams), or a folder of them. With it no workspace is needed; give workspace and token besides to have files fetched whose addresses have expired."`

	Only   string `yaml:"only" enum:"conversations|tickets" doc:"Read conversations alone, or tickets alone. Default: both; a conversation that was made a ticket is read once, as the ticket."`
	Images string `yaml:"images" doc:"Hosts besides Intercom's own from which images inside texts are fetched, separated by commas."`

	Quiet      string        `yaml:"quiet" silence:"true" enum:"outbound-off" doc:"Declare that nobody is mailed while a run writes: outbound-off says that all outbound messages, series, workflows and ticket notifications that could reach new or changed contacts and tickets are paused. Each call on a ticket asks Intercom to notify nobody (skip_notifications); but no call tells which messages and workflows of your own are live. Without this line nothing is written."`
	TicketType string        `yaml:"ticket_type" doc:"The ID of the ticket type that tickets are written as: one of the category Customer (Settings, Tickets; or GET /ticket_types). To write it must be given."`
	Mark       string        `yaml:"mark_attribute" doc:"The attribute of that ticket type, of the type Text, that takes our mark; make it first, and hide it from customers. Default: deskhaul."`
	Tags       string        `yaml:"tags_attribute" doc:"An attribute of that ticket type, of the type Text, that takes a ticket's tags, separated by commas: the API does not tell the tags of a ticket. Default: tags are not kept."`
	Priority   string        `yaml:"priority_attribute" doc:"An attribute of that ticket type, of the type Text, that takes a ticket's priority (low, normal, high, urgent). Default: it is not kept."`
	Leftovers  string        `yaml:"leftovers" enum:"preface|mark" doc:"What stands in the line at the top of each message: preface says who wrote it to whom and when, and holds our mark, by which a message whose answer was lost is found again; mark holds that alone, since Intercom keeps times and, of those who are there, authors. Default: preface."`
	StandIn    string        `yaml:"stand_in" doc:"The address of a teammate in whose name that of people stands who are none in the workspace. Default: they are refused, and their tickets wait."`
	StandTeam  string        `yaml:"stand_in_team" doc:"The name of a team that stands for those that the workspace lacks. Default: they are refused: the API makes no teams."`
	StandAsker string        `yaml:"stand_in_contact" doc:"The address of a contact who stands for those that ask and are no contacts: teammates, and nobody. Make them first. Default: such tickets are refused."`
	Others     string        `yaml:"others" enum:"owner|themselves" doc:"In whose name the messages of contacts stand who are not the ticket's own: owner is the owner of the token, and a line tells who wrote them (leftovers); themselves tries their own, which no source says Intercom takes, or that it mails nobody who was not in the ticket before. Default: owner."`
	SearchLag  time.Duration `yaml:"search_lag" doc:"How long the workspace's search runs behind: a write whose answer was lost is repeated no earlier. The vendor says a few minutes. Default: 10m."`
	MaxFile    int64         `yaml:"max_file" doc:"How many bytes a file may have. Default: 20 MiB; no source tells what Intercom takes."`

	rest.Settings `yaml:",inline"`

	page int           // rows of a page; 0 is the most there may be. For tests
	wait time.Duration // before a call is repeated; 0 is the usual. For tests
	rest time.Duration // before a list of companies is begun again; 0 is the usual. For tests
}

// The defaults, and the words of the settings.
const (
	usualLag  = 10 * time.Minute
	usualFile = 20 << 20
	usualMark = "deskhaul"

	quietDeclared = "outbound-off"
	leftPreface   = "preface"
	leftMark      = "mark"

	othersOwner      = "owner"
	othersThemselves = "themselves"

	onlyConversations = "conversations"
	onlyTickets       = "tickets"
)

// regions are the hosts of the API, and of the pages for people.
var regions = map[string]struct{ api, app string }{
	"us": {"https://api.intercom.io", "https://app.intercom.com"},
	"eu": {"https://api.eu.intercom.io", "https://app.eu.intercom.com"},
	"au": {"https://api.au.intercom.io", "https://app.au.intercom.com"},
}

func (c *Config) region() string { return cmp.Or(c.Region, "us") }

// base is where the API is.
func (c *Config) base() string {
	if c.URL != "" {
		return strings.TrimRight(c.URL, "/")
	}
	return regions[c.region()].api
}

var (
	isWorkspace = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	isHost      = regexp.MustCompile(`(?i)^([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+\pL[\pL\pN-]*[\pL\pN]$`)
	isNumber    = regexp.MustCompile(`^[0-9]+$`)
)

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check()}
	alone := c.Path != "" && c.Workspace == "" && c.Token == ""
	if !alone && !isWorkspace.MatchString(c.Workspace) {
		errs = append(errs, fmt.Errorf("workspace: %q is no ID of a workspace – it is in the address of its pages, behind /apps/ or /inbox/: a word such as wjw5eps7", c.Workspace))
	}
	if !alone && c.Token == "" {
		errs = append(errs, errors.New("token: missing – it is in the Developer Hub, your app, Authentication; give it as ${INTERCOM_TOKEN} or in a file"))
	}
	if c.URL != "" {
		errs = append(errs, rest.CheckAccount(c.URL, "https://api.intercom.io"))
	}
	for _, of := range []struct {
		key, value string
		allowed    []string
	}{
		{"region", c.Region, []string{"", "us", "eu", "au"}},
		{"only", c.Only, []string{"", onlyConversations, onlyTickets}},
		{"quiet", c.Quiet, []string{"", quietDeclared}},
		{"others", c.Others, []string{"", othersOwner, othersThemselves}},
		{"leftovers", c.Leftovers, []string{"", leftPreface, leftMark}},
	} {
		if !slices.Contains(of.allowed, of.value) {
			errs = append(errs, fmt.Errorf("%s: %q is none of %s", of.key, of.value, strings.Join(of.allowed[1:], ", ")))
		}
	}
	return errors.Join(append(errs, c.checkWriting(), c.checkImages())...)
}

func (c *Config) checkWriting() error {
	var errs []error
	if c.TicketType != "" && !isNumber.MatchString(c.TicketType) {
		errs = append(errs, fmt.Errorf("ticket_type: %q is no ID of a ticket type: write its number", c.TicketType))
	}
	if c.SearchLag < 0 || c.MaxFile < 0 {
		errs = append(errs, errors.New("search_lag, max_file: must not be negative"))
	}
	named := map[string]string{}
	for _, of := range [][2]string{{"mark_attribute", c.mark()}, {"tags_attribute", c.Tags}, {"priority_attribute", c.Priority}} {
		key, name := of[0], of[1]
		switch other := named[name]; {
		case name == "":
		case strings.HasPrefix(name, "_default_"):
			errs = append(errs, fmt.Errorf("%s: %q is an attribute that every ticket type has for something else: make one of its own", key, name))
		case other != "":
			errs = append(errs, fmt.Errorf("%s: %q is what %s names as well: make one of its own", key, name, other))
		}
		named[name] = key
	}
	return errors.Join(errs...)
}

func (c *Config) checkImages() error {
	for host := range strings.SplitSeq(c.Images, ",") {
		if host = strings.TrimSpace(host); host != "" && !isHost.MatchString(host) {
			return fmt.Errorf("images: %q is no name of a host: write such as images.acme.com, without https:// and without a path", host)
		}
	}
	return nil
}

func (c *Config) mark() string       { return cmp.Or(c.Mark, usualMark) }
func (c *Config) prefaced() bool     { return c.Leftovers != leftMark }
func (c *Config) maxFile() int64     { return orNumber(c.MaxFile, usualFile) }
func (c *Config) lag() time.Duration { return orNumber(c.SearchLag, usualLag) }

func orNumber[N int64 | time.Duration](n, usual N) N {
	if n == 0 {
		return usual
	}
	return n
}

// Caps is what holds under the configuration: writes are silent where that is declared;
// tags and priorities are kept in attributes that are named; how a message names people has
// room in the line before it alone.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	if c.Path != "" {
		reads.Resume, reads.Edits = false, false
		return reads, connectors.Caps{}
	}
	if writes.Silent = c.Quiet == quietDeclared; writes.Silent {
		writes.Declared = "quiet: " + quietDeclared
	}
	writes.MaxFile, writes.Fields = c.maxFile(), maps.Clone(writes.Fields)
	kept := slices.Clone(writes.Fields[desk.KindTicket])
	for field, name := range map[string]string{"tags": c.Tags, "priority": c.Priority} {
		if name != "" {
			kept = append(kept, field)
		}
	}
	slices.Sort(kept)
	writes.Fields[desk.KindTicket] = kept
	if !c.prefaced() {
		writes.Fields[desk.KindMessage] = []string{"mark", "text", "note", "author", "at", "files"}
	}
	return reads, writes
}
