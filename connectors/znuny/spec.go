// Package znuny reads and writes Znuny 6 and 7, and OTRS 6, through the Generic Interface:
// the ticket operations of a web service that an administrator imports (webservice.yml).
//
// What Znuny calls a queue is a category here, a customer ID an organisation, an article a
// message. The interface has no operations for people: agents, customers and queues are
// known by the tickets that name them (see census). What was learnt of the answers is held
// in znunytest, by a transcript that a real server is asked to repeat.
//
// What it cannot keep: it dates each article itself, and takes no Message-ID. Who wrote it
// to whom and when stands in a line at the top ("preface").
package znuny

import (
	"cmp"
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

// Config says which Znuny and as whom.
type Config struct {
	URL      string            `yaml:"url" silence:"true" doc:"The address of Znuny's web pages up to index.pl, such as https://desk.example.com/znuny or https://desk.example.com/otrs."`
	Service  string            `yaml:"service" silence:"true" doc:"The name of the web service that is asked (Admin → Web Services). Default: deskhaul."`
	User     string            `yaml:"user" silence:"true" doc:"The login of an agent of our own, who may see and change all queues. It should be nobody's who works there, and not root@localhost: by it our messages are told from others."`
	Password connectors.Secret `yaml:"password" secret:"true" doc:"That agent's password."`
	Routes   map[string]string `yaml:"routes" access:"true" doc:"Where a web service of your own has the operations: search, get, history, create and update, each as METHOD /Path, such as get: POST /TicketGet. The method must be one with a body (POST, PUT, PATCH), for the password goes there. Default: as in the web service of this page."`
	Zone     string            `yaml:"zone" doc:"The zone of the times that Znuny tells, which is its setting OTRSTimeZone. Default: UTC, as in all that began with version 6. check looks."`
	History  string            `yaml:"history" enum:"|yes|no" doc:"When reading: read each ticket's history too, which says how its status changed and into which ticket it was merged. It is a call more for each ticket. Default: yes."`
	Statuses map[string]string `yaml:"statuses" doc:"Znuny's states by name, and which of new, open, pending, solved, closed each stands for. Default: by the type of the state; what is closed stands for solved, closed unsuccessful for closed."`

	Queue        string            `yaml:"queue" doc:"When writing: the queue of tickets that come without a category. Default: Misc."`
	Type         string            `yaml:"type" doc:"The ticket type that says nothing. Default: Unclassified."`
	Agents       map[string]string `yaml:"agents" doc:"When writing: the logins of agents by their e-mail addresses, since no operation tells them. Who is not named is taken to have the address as login."`
	StandIn      string            `yaml:"stand_in" doc:"When writing: the login of an agent in whose name that of people stands who have none there. Default: they are refused, and their tickets wait."`
	Customer     string            `yaml:"customer" doc:"When writing: the e-mail address, or login, of a customer who asks where nobody does who has an address. Default: such people, and such tickets, are refused."`
	Mark         string            `yaml:"mark" doc:"When writing: the name of a dynamic field of tickets, of the type Text, that takes our mark; make it first (Admin → Dynamic Fields). Default: deskhaul."`
	Fields       []string          `yaml:"fields" doc:"When writing: the dynamic fields of tickets that are written, by their names."`
	CreatedField string            `yaml:"created_field" doc:"When writing: a dynamic field of tickets, of the type Date / Time, that takes when the ticket was made, in UTC; Znuny itself lets nobody set it. Default: none takes it."`
	Pending      string            `yaml:"pending" form:"duration" doc:"When writing: how far ahead the reminder of a ticket is set that waits for somebody, unless it is due later: Znuny reminds its agents then, and at once where there is none. Default: 720h."`
	MaxFiles     int64             `yaml:"max_files" doc:"When writing: how many bytes the files of one message may have together. What a web service takes is its setting MaxLength, and a third of it goes to base64. Default: 64 MiB."`
	Quiet        string            `yaml:"quiet" silence:"true" enum:"|notifications-off" doc:"How Znuny is kept from mailing people while we write to it: notifications-off says that an administrator has set all ticket notifications invalid for the time (Admin → Ticket Notifications), and that no queue has an automatic response of the type auto remove. A run stops at the first e-mail that Znuny's history records. Without this line nothing is written."`
	Settling     string            `yaml:"settling" form:"duration" doc:"When writing: how long after a lost answer, or after we were killed, a ticket that is not found counts as never made. Default: 2m."`

	rest.Settings `yaml:",inline"`

	page int           // ids of a search; 0 is as usual. For tests
	wait time.Duration // before a call is repeated; 0 is as usual. For tests
}

const (
	quietOff   = "notifications-off"
	usualFiles = 64 << 20
	usualAhead = 720 * time.Hour
)

var isFieldName = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check(), rest.CheckAddress(c.URL, "https://desk.example.com/znuny"), c.checkRoutes()}
	if strings.Contains(c.URL, ".pl") {
		errs = append(errs, fmt.Errorf("url: %q is the address of a page: write what stands before the slash and %s", c.URL, "index.pl"))
	}
	if c.User == "" || c.Password == "" {
		errs = append(errs, errors.New("user, password: missing – make an agent for deskhaul in Znuny, and give the password as ${ZNUNY_PASSWORD} or in a file"))
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		errs = append(errs, fmt.Errorf("zone: %q is no zone: write it as Europe/Berlin", c.Zone))
	}
	if _, err := rest.Settling(c.Settling); err != nil {
		errs = append(errs, err)
	}
	if d, err := time.ParseDuration(cmp.Or(c.Pending, "1h")); err != nil || d <= 0 {
		errs = append(errs, fmt.Errorf("pending: %q is no length of time: write it as 720h", c.Pending))
	}
	for _, word := range slices.Sorted(maps.Keys(c.Statuses)) {
		if !slices.Contains(desk.Statuses, desk.Status(c.Statuses[word])) {
			errs = append(errs, fmt.Errorf("statuses: %s: %q is none of %v", word, c.Statuses[word], desk.Statuses))
		}
	}
	for key, names := range map[string][]string{"mark": {c.mark()}, "fields": c.Fields, "created_field": {cmp.Or(c.CreatedField, "x")}} {
		for _, name := range names {
			if !isFieldName.MatchString(name) {
				errs = append(errs, fmt.Errorf("%s: %q is no name of a dynamic field: they have letters and digits alone", key, name))
			}
		}
	}
	for key, of := range map[string][2]string{"quiet": {c.Quiet, quietOff}, "history": {c.History, "yes, no"}} {
		if of[0] != "" && !slices.Contains(strings.Split(of[1], ", "), of[0]) {
			errs = append(errs, fmt.Errorf("%s: %q is none of %s", key, of[0], of[1]))
		}
	}
	if c.MaxFiles < 0 {
		errs = append(errs, errors.New("max_files: must not be negative"))
	}
	return errors.Join(errs...)
}

func (c *Config) queue() string { return cmp.Or(c.Queue, "Misc") }
func (c *Config) kind() string  { return cmp.Or(c.Type, "Unclassified") }
func (c *Config) mark() string  { return cmp.Or(c.Mark, "deskhaul") }

func (c *Config) maxFiles() int64 {
	if c.MaxFiles == 0 {
		return usualFiles
	}
	return c.MaxFiles
}

func (c *Config) ahead() time.Duration {
	if d, err := time.ParseDuration(c.Pending); err == nil {
		return d
	}
	return usualAhead
}

func (c *Config) zone() *time.Location {
	if at, err := time.LoadLocation(c.Zone); err == nil { // Check has refused what is none
		return at
	}
	return time.UTC
}

// Caps promises silence where it is declared, and the dynamic fields that are named.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	if writes.Silent = c.Quiet == quietOff; writes.Silent {
		writes.Declared = "quiet: " + quietOff
	}
	writes.MaxFile = c.maxFiles()
	kept := slices.Clone(writes.Fields[desk.KindTicket])
	for _, name := range c.Fields {
		kept = append(kept, "fields."+name)
	}
	if c.CreatedField != "" {
		kept = append(kept, "created")
	}
	writes.Fields = maps.Clone(writes.Fields)
	writes.Fields[desk.KindTicket] = kept
	return reads, writes
}

// atOnce is how many calls are under way at most: Znuny has few workers.
const atOnce = 4

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name: "znuny",
		Doc:  "Znuny 6 and 7, and ((OTRS)) 6, through the Generic Interface",
		Config: func() any {
			return new(Config)
		},
		Location: func(config any, location string) error {
			config.(*Config).URL = location
			return nil
		},
		Account: func(config any) string { return strings.TrimRight(config.(*Config).URL, "/") },
		Reads: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Resume: true, Deletions: true, Parallel: atOnce,
		},
		Writes: connectors.Caps{
			Kinds: []desk.Kind{desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Step:  time.Second, OneBody: true, AtOnce: 1, Parallel: atOnce, MaxFile: usualFiles, Adopts: []desk.Kind{desk.KindAgent, desk.KindCategory},
			Always: map[desk.Kind][]string{desk.KindTicket: {"priority", "category", "requester", "subject"}, desk.KindMessage: {"from"}},
			Fields: map[desk.Kind][]string{
				desk.KindAgent:    {"mark"},
				desk.KindCategory: {"mark"},
				desk.KindContact:  {"mark"},
				desk.KindTicket:   {"mark", "subject", "status", "priority", "type", "requester", "assignee", "category"},
				desk.KindMessage:  {"mark", "from", "to", "cc", "subject", "text", "html", "note", "files"},
				desk.KindFile:     {"name", "type", "size", "cid", "inline", "bytes"},
			},
		},
		Source: func(_ context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(config.(*Config), env)
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			return newTarget(config.(*Config), env)
		},
		Silence: silence(),
		Guide:   guide,
		Pace:    pace,
		Pages:   site,
	}
}
