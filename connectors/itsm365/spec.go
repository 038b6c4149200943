// Package itsm365 reads and writes Naumen Service Desk, and ITSM 365, which is the same in
// the cloud, through its REST services (/sd/services/rest).
//
// There all is an object of a metaclass: a ticket is a serviceCall, contacts and agents are
// both an employee, an organisation is an ou, a group a team, and comments and files are
// objects of their own. Which attributes and states they have each installation decides for
// itself, so that all codes may be configured (see Class); check compares them with what is
// there.
//
// What an administrator's event actions mail no call can ask to be quiet: a target is opened
// only when they are declared off (see Config.Quiet).
package itsm365

import (
	"context"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says which installation, how it is made, and how it is read and written.
type Config struct {
	URL    string            `yaml:"url" silence:"true" doc:"The installation's address, such as https://acme.itsm365.com."`
	Key    connectors.Secret `yaml:"token" secret:"true" silence:"true" doc:"The access key (accessKey) of a user who may see, and write, what is to be moved."`
	Prefix string            `yaml:"prefix" doc:"Where the methods are, if a gateway stands before them. Default: /sd/services/rest."`

	Dates string `yaml:"dates" doc:"How dates are written there, in letters: yyyy, MM, dd, HH, mm, ss. They are read in other ways too. Default: yyyy.MM.dd HH:mm:ss."`
	Zone  string `yaml:"zone" doc:"The server's time zone: dates name none. Default: Europe/Moscow."`
	Names string `yaml:"names" enum:"|last-first|first-last" doc:"In which order the parts of a name stand, where a name is written in parts: last-first (Петрова Ольга Игоревна) or first-last. Default: last-first, which is how the system shows it."`

	Tickets       Class `yaml:"tickets" doc:"What a ticket is. Attributes: subject, html, text, status, priority, requester, organization, assignee, group, category, number, author, created, updated, due, solved, closed, rating, tags. Default: serviceCall."`
	Contacts      Class `yaml:"contacts" doc:"What a contact is, besides not being an agent. Attributes: name, last, first, middle, email, emails (a text with further addresses), phone, phone2, organization, note, created, updated. Default: employee."`
	Agents        Class `yaml:"agents" doc:"What an agent is. Attributes: name, email, disabled, groups, created, updated. Default: employee$employee; where all people are of one type, say in where what tells them apart, such as {performer: true}."`
	Organizations Class `yaml:"organizations" doc:"What an organisation is. Attributes: name, note, created, updated. Default: ou."`
	Groups        Class `yaml:"groups" doc:"What a group of agents is. Attribute: name. Default: team."`
	Categories    Class `yaml:"categories" doc:"What a category is. Attributes: name, parent. Default: slmService."`
	Comments      Class `yaml:"comments" doc:"What a comment is. Attributes: ticket, text, private, author, created, updated. Default: comment."`
	Files         Class `yaml:"files" doc:"What a file is. Attributes: ticket, name, size, type, author, created. Default: file."`

	Statuses   map[string]string            `yaml:"statuses" doc:"The states of tickets, by code, and which of new, open, pending, solved, closed each stands for; of several that stand for one the first by code is written, unless write names another. Default: what their codes say."`
	Write      map[string]string            `yaml:"write" doc:"Which state is written for each of new, open, pending, solved, closed."`
	Through    map[string]string            `yaml:"through" doc:"States that cannot be reached from where a ticket begins, by code, and through which one each is: closed: resolved. Several steps follow from several lines."`
	WithState  map[string]map[string]string `yaml:"with_state" doc:"Attributes that a state asks for, by its code, and what is written with it: {resolved: {solution: See the comments}}."`
	Priorities map[string]string            `yaml:"priorities" doc:"The priorities, by UUID, code or title, and which of low, normal, high, urgent each stands for. Only such as are named by their UUID can be written. Default: what their codes and titles say."`
	Types      map[string]string            `yaml:"types" doc:"The types of tickets in your words, and the metaclass of each: {incident: serviceCall$incident}. Default: what stands behind the sign $."`
	Deltas     string                       `yaml:"deltas" enum:"|all|tickets" doc:"What a delta looks at: all goes through the lists of tickets, comments and files; tickets through that of tickets alone, for installations where a comment and a file are a change of their ticket. Default: all."`
	Since      string                       `yaml:"since" doc:"An attribute of tickets by which a filter of the installation's own finds what changed lately: a delta sends the day before the last one under this name. The standard methods have no such filter. With it, a deletion is not noticed. Default: none."`
	Others     string                       `yaml:"others" enum:"|yes|no" doc:"Whether attributes that are named nowhere are read as fields of their codes. Default: yes."`

	Quiet     string `yaml:"quiet" silence:"true" enum:"|events-off" doc:"Declare that nobody is mailed while a run writes: events-off says that all event actions (Действия по событиям) that notify anybody are switched off. No call can ask for that, or tell. Without this line nothing is written."`
	Mark      string `yaml:"mark" doc:"The code of an attribute of the type text that takes our mark; make it first, with this code, for tickets, employees and organisations. By it a record is found again after an answer was lost. Without it nothing is written."`
	Comment   string `yaml:"comment" enum:"|create|edit" doc:"How a comment is added: create makes an object of comments; edit changes the ticket with @comment, which can make no private one: private notes are refused then. Default: create."`
	Authors   string `yaml:"authors" enum:"|yes|no" doc:"Whether comments are made in the name of their author, where he is there; an installation may refuse it. The line before each message names the author in any case. Default: no."`
	StandIn   string `yaml:"stand_in" doc:"The address of an agent in whose name that stands whose agents are nobody there. Default: they are refused, and their tickets wait."`
	Settling  string `yaml:"settling" form:"duration" doc:"How long after a lost answer what is not found counts as never made. Default: 2m."`
	MaxFile   int64  `yaml:"max_file" doc:"How many bytes a file may have; larger ones are left out, and told. Default: any."`
	PerMinute int    `yaml:"per_minute" doc:"How many calls a minute the installation is asked at most. Default: 120."`

	rest.Settings `yaml:",inline"`

	page int           // rows of a page; 0 is as many as there may be. For tests
	wait time.Duration // before a call is repeated; 0 is the usual. For tests
}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:     "itsm365",
		Doc:      "ITSM 365 and Naumen Service Desk, through their REST services",
		Config:   func() any { return new(Config) },
		Location: locate,
		Account:  func(config any) string { return strings.TrimRight(config.(*Config).URL, "/") },
		Reads: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Resume: true, Edits: true, Deletions: true, Parallel: 2,
		},
		Writes: connectors.Caps{
			Kinds:  []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindContact, desk.KindTicket},
			Silent: true, OneBody: true, AtOnce: 1, Parallel: 2, Adopts: []desk.Kind{desk.KindGroup, desk.KindAgent, desk.KindCategory},
			Fields: map[desk.Kind][]string{
				desk.KindOrganization: {"mark", "name"},
				desk.KindGroup:        {},
				desk.KindCategory:     {},
				desk.KindAgent:        {"email"},
				desk.KindContact:      {"mark", "name", "emails", "phones", "org"},
				desk.KindTicket:       {"mark", "subject", "status", "requester", "assignee", "group", "category"},
				desk.KindMessage:      {"mark", "from", "to", "cc", "text", "html", "note", "files"},
				desk.KindFile:         {"name", "size", "bytes"},
			},
			Always: map[desk.Kind][]string{desk.KindTicket: {"status"}, desk.KindContact: {"org"}, desk.KindMessage: {"from"}},
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

// locate takes "acme", "acme.itsm365.com" or a whole address.
func locate(config any, location string) error {
	switch {
	case strings.Contains(location, "://"):
	case strings.Contains(location, "."):
		location = "https://" + location
	case location != "":
		location = "https://" + location + ".itsm365.com"
	}
	config.(*Config).URL = location
	return nil
}
