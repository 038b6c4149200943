// Package rt reads and writes Request Tracker 5 and 6 through REST 2.0
// (https://docs.bestpractical.com/rt/latest/RT/REST2.html).
//
// What Request Tracker calls a queue is a category here, a user with rights an
// agent, any other user a contact. It has no organisations; the text that a user
// has in that field is taken for one.
//
// What RT cannot keep: it stamps each message with the time of the call and with
// the user whose token is used. Who wrote it and when then stands at the top of
// the text ("preface"). REST 2.0 takes no Content-ID: an inline image stands among
// the files of its message. What was learnt of RT's answers is held in rttest, by a
// transcript that a real server is asked to repeat.
package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says which Request Tracker and as whom.
type Config struct {
	URL      string            `yaml:"url" silence:"true" doc:"The address of Request Tracker's web pages, such as https://rt.example.com."`
	Token    connectors.Secret `yaml:"token" secret:"true" silence:"true" doc:"An authentication token of a user who sees and may change everything (Logged in as … → Settings → Auth Tokens)."`
	User     string            `yaml:"user" silence:"true" doc:"A user's name, with password, where there is no token."`
	Password connectors.Secret `yaml:"password" secret:"true" doc:"That user's password."`
	Query    string            `yaml:"query" doc:"Which tickets are read, in RT's own query language, such as Queue = 'Support'. Default: all."`
	Queue    string            `yaml:"queue" doc:"The queue of tickets that come without a category. Default: General."`
	Mark     string            `yaml:"mark" doc:"The name of two custom fields that our marks are kept in, one for tickets and one for ticket transactions, each of the type Enter one value and applied to every queue that is written to (Admin → Custom Fields). Default: deskhaul."`
	Quiet    string            `yaml:"quiet" silence:"true" doc:"How RT is kept from writing e-mails while we write to it: scrips means that an administrator has disabled all scrips for the time (Admin → Scrips); a run stops at the first e-mail that RT records. Without it RT is refused as a target that may write to customers." enum:"|scrips"`
	Preface  string            `yaml:"preface" doc:"Whether the original author and time stand at the top of each message that is written; it is taken off again when the message is read by us. Default: yes." enum:"|yes|no"`
	Settling string            `yaml:"settling" form:"duration" doc:"When writing: how long after a lost answer, or after we were killed, a ticket that is not found counts as never made: RT goes on with a call whose line is cut. Default: 2m."`
	Fields   []string          `yaml:"fields" doc:"The custom fields of tickets that are written, by RT's names; each must be applied to the queues. Values are written as text."`
	MaxFile  int64             `yaml:"max_file" doc:"When writing: bytes of the largest file that RT keeps whole, where MaxAttachmentSize in its configuration has it cut or drop larger ones; these are left out, and told. Default: any; a run stops at the first that RT cuts."`
	Dates    string            `yaml:"dates" doc:"When writing: whether RT takes the date of a new ticket. Since its security fixes of October 2026 (CVE-2026-108271) it gives it that of the day; say yes for one without them, and the date is counted on. Default: no." enum:"|yes|no"`
	Statuses map[string]string `yaml:"statuses" doc:"RT's statuses beyond the usual ones, and which of new, open, pending, solved, closed each stands for."`

	rest.Settings `yaml:",inline"`

	wait time.Duration // before a call is repeated; 0 is as usual
}

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check(), rest.CheckAddress(c.URL, "https://rt.example.com")}
	if pages, found := strings.CutSuffix(strings.TrimRight(c.URL, "/"), "/REST/2.0"); found {
		errs = append(errs, fmt.Errorf("url: %q is the address of the API: write that of the pages, %s", c.URL, pages))
	}
	switch {
	case c.Token == "" && c.User == "":
		errs = append(errs, errors.New("token: missing – make one in RT's settings, and give it as ${RT_TOKEN} or in a file"))
	case c.Token == "" && c.Password == "":
		errs = append(errs, errors.New("password: missing – give it as ${RT_PASSWORD} or in a file, or use a token"))
	}
	if _, err := rest.Settling(c.Settling); err != nil {
		errs = append(errs, err)
	}
	if c.MaxFile < 0 {
		errs = append(errs, errors.New("max_file: must not be negative"))
	}
	for word, status := range c.Statuses {
		if !isStatus(status) {
			errs = append(errs, fmt.Errorf("statuses: %s: %q is none of %v", word, status, desk.Statuses))
		}
	}
	for key, names := range map[string][]string{"mark": {c.Mark}, "fields": c.Fields} {
		for _, name := range names {
			if strings.ContainsAny(name, "{}'\\") {
				errs = append(errs, fmt.Errorf("%s: %q has characters that no query of RT's can hold", key, name))
			}
		}
	}
	return errors.Join(errs...)
}

func (c *Config) queue() string { return cmp.Or(c.Queue, "General") }
func (c *Config) mark() string  { return cmp.Or(c.Mark, "deskhaul") }
func (c *Config) preface() bool { return c.Preface != "no" }

// Caps promises silence where the configuration says how it is kept, and the custom
// fields that it names.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	if writes.Silent = c.Quiet == quietScrips; writes.Silent {
		writes.Declared = "quiet: " + quietScrips
	}
	writes.MaxFile = c.MaxFile
	writes.Fields = maps.Clone(writes.Fields)
	kept := slices.Clone(writes.Fields[desk.KindTicket])
	for _, name := range c.Fields {
		kept = append(kept, "fields."+name)
	}
	if c.Dates == "yes" {
		kept = append(kept, "created")
	}
	writes.Fields[desk.KindTicket] = kept
	return reads, writes
}

// atOnce is how many calls RT's few workers bear.
const atOnce = 4

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:    "rt",
		Guide:   guide,
		Pace:    pace,
		Pages:   site,
		Silence: silence(),
		Doc:     "Request Tracker 5 and 6, through REST 2.0",
		Config:  func() any { return new(Config) },
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
			Kinds: []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Step:  time.Second, OneBody: true, AtOnce: 1, Parallel: atOnce,
			Always: map[desk.Kind][]string{desk.KindTicket: {"solved"}}, // where it is over
			Fields: map[desk.Kind][]string{
				desk.KindOrganization: {"name", "mark"},
				desk.KindAgent:        {"name", "email", "mark"},
				desk.KindCategory:     {"name", "mark"},
				desk.KindContact:      {"name", "emails", "phones", "org", "language", "zone", "note", "mark"},
				desk.KindTicket: {
					"subject", "status", "priority", "requester", "participants", "assignee", "category", "due", "solved", "merged_into", "mark",
				},
				desk.KindMessage: {"text", "html", "note", "files", "mark"},
				desk.KindFile:    {"name", "type", "cid", "inline", "bytes"},
			},
		},
		Source: func(_ context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(config.(*Config), env)
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			return newTarget(config.(*Config), env)
		},
	}
}
