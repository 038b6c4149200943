// Package okdesk reads and writes Okdesk through its API v1
// (https://apidocs.okdesk.ru/apidoc/).
//
// What Okdesk calls an issue (заявка) is a ticket here, an employee an agent, a company an
// organisation; the first message of a ticket is the description, the others are
// its comments. A maintenance entity (объект обслуживания) is a field of tickets, and an
// organisation besides where that is asked for.
//
// No call but that which changes a status can ask Okdesk to be quiet: a target is opened
// only when its notifications are declared off (see Config.Quiet).
package okdesk

import (
	"context"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says which account, and how it is read and written.
type Config struct {
	URL   string            `yaml:"url" silence:"true" doc:"The account's address, such as https://acme.okdesk.ru."`
	Token connectors.Secret `yaml:"token" secret:"true" silence:"true" doc:"An API key of an employee whose role is Administrator (Настройки → API): others see, and write, less."`

	Zone       string            `yaml:"zone" doc:"The account's time zone, such as Europe/Moscow: dates that are asked for, and due times that are written, are in it. Default: as far from UTC as the times that the account gives."`
	Names      string            `yaml:"names" enum:"|last-first|first-last" doc:"In which order the parts of a person's name stand: last-first as Okdesk shows them (Петрова Ольга Игоревна), or first-last (Olga Igorevna Petrova). Names are joined so when they are read, and taken apart so when they are written. Default: last-first."`
	Statuses   map[string]string `yaml:"statuses" doc:"The account's statuses, by code or name, and which of new, open, pending, solved, closed each stands for. Default: what their codes and names say, in Russian or English; else pending."`
	Priorities map[string]string `yaml:"priorities" doc:"The account's priorities, by code or name, and which of low, normal, high, urgent each stands for. Default: what their codes and names say."`
	Objects    string            `yaml:"objects" enum:"|fields|organizations" doc:"What becomes of maintenance entities: fields has each ticket say the name of its own in the field maintenance_entity; organizations has them read as organisations besides, with the name of their company in a field. Default: fields."`
	Tags       string            `yaml:"tags" doc:"The code of an issue parameter that tags are kept in, of the type text (several are separated by commas) or list of several values. Okdesk has no tags of its own. Default: none are read or written."`

	Quiet     string            `yaml:"quiet" silence:"true" enum:"|notifications-off" doc:"Declare that nobody is mailed while a run writes: notifications-off says that in Okdesk's settings all rules of notification (Оповещения), all automatic actions (Автоматические действия) and webhooks are switched off. Only the change of a status can be asked to be quiet, and no call tells how these switches stand. Without this line nothing is written."`
	Mark      string            `yaml:"mark" doc:"The code of an issue parameter of the type text that takes our mark, such as deskhaul; make it first. By it an issue is found again at once after an answer was lost. Default: the mark stands in the line before the description, and new issues are looked through for it."`
	Preface   string            `yaml:"preface" enum:"|yes|no" doc:"Whether each message begins with a line that says who wrote it to whom and when, which Okdesk does not let us set. It is taken off again when we read it. Without it a message whose answer was lost cannot be told from another, and mark is needed. Default: yes."`
	StandIn   string            `yaml:"stand_in" doc:"The address or login of an employee in whose name that stands which nobody there could have written: Okdesk wants an author for each comment. Employees of the source who have no seat there are refused without it, and their tickets wait."`
	Observers string            `yaml:"observers" enum:"|yes|no" doc:"Whether those who take part in a ticket are made its observers: they would be mailed of all that happens, should a rule of notification be on. Default: no."`
	Through   map[string]string `yaml:"through" doc:"Statuses that cannot be reached from where an issue begins, by code, and through which one each is: closed: completed. Several steps follow from several lines."`
	Delay     string            `yaml:"delay" form:"duration" doc:"For how long an issue is put off whose status is delayed, which Okdesk wants to know; it is open again then. Default: 8760h, a year."`
	Uploads   string            `yaml:"uploads" enum:"|attachments|attributes" doc:"How files are named in a call: attachments ([attachments][0][attachment]) or attributes ([files_attributes] and [attachments_attributes]): both are documented. What Okdesk took is looked at, and the other is tried for what it did not. Default: attachments."`
	MaxFile   int64             `yaml:"max_file" doc:"How many bytes a file may have; larger ones are left out, and told. Okdesk's own bound is not documented. Default: any."`
	Settling  string            `yaml:"settling" form:"duration" doc:"How long after a lost answer an issue or contact that is not found counts as never made. Default: 2m."`
	PerMinute int               `yaml:"per_minute" doc:"How many calls a minute the account is asked at most; what it allows is not documented. Default: 120."`

	rest.Settings `yaml:",inline"`

	page int           // rows of a page; 0 is as many as there may be. For tests
	wait time.Duration // before a call is repeated; 0 is the usual. For tests
}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:     "okdesk",
		Doc:      "Okdesk, through its API v1",
		Config:   func() any { return new(Config) },
		Location: locate,
		Account:  func(config any) string { return strings.TrimRight(config.(*Config).URL, "/") },
		Reads: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket},
			Resume: true, Edits: true, Parallel: 2,
		},
		Writes: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket},
			Silent: true, OneBody: true, AtOnce: 1, Parallel: 2, Adopts: []desk.Kind{desk.KindGroup, desk.KindAgent},
			Fields: map[desk.Kind][]string{
				desk.KindOrganization: {"name", "note", "fields."},
				desk.KindGroup:        {},
				desk.KindAgent:        {"email"},
				desk.KindContact:      {"mark", "name", "emails", "phones", "org", "note", "fields."},
				desk.KindTicket:       {"mark", "subject", "status", "priority", "type", "requester", "assignee", "group", "due", "fields."},
				desk.KindMessage:      {"mark", "from", "to", "cc", "text", "html", "note", "author", "files"},
				desk.KindFile:         {"name", "size", "bytes"},
			},
			Always: map[desk.Kind][]string{desk.KindTicket: {"status", "priority", "type", "due", "requester"}, desk.KindMessage: {"author", "from"}},
		},
		Source: func(_ context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(config.(*Config), env)
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			return newTarget(config.(*Config), env)
		},
		Silence: silence(),
		Guide:   guide(),
		Pace:    pace,
		Pages:   site,
	}
}

// locate takes "acme", "acme.okdesk.ru" or a whole address.
func locate(config any, location string) error {
	switch {
	case strings.Contains(location, "://"):
	case strings.Contains(location, "."):
		location = "https://" + location
	case location != "":
		location = "https://" + location + ".okdesk.ru"
	}
	config.(*Config).URL = location
	return nil
}
