package itsm365

import (
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Class is how one sort of record is made in an installation.
type Class struct {
	Class      string            `yaml:"class" doc:"The metaclass (fqn): a class such as serviceCall, or a type of one, such as serviceCall$incident."`
	Only       []string          `yaml:"only" doc:"The types that are read, of all of the class. Default: all."`
	Where      map[string]string `yaml:"where" doc:"Which of them, by the values of attributes; true and false are such as well."`
	Made       string            `yaml:"made" doc:"The type that new ones are made of."`
	Attributes map[string]string `yaml:"attributes" doc:"The codes of attributes, by what we call them; - is none."`
	Fields     map[string]string `yaml:"fields" doc:"Custom fields, by the names that they have here, and the codes of their attributes: these are read under that name, and written."`
	Constants  map[string]string `yaml:"constants" doc:"What is written with each new one: {agreement: agreement$605301}."`
}

// usual is how installations are delivered, as far as clients of the API show it.
var usual = map[string]Class{
	"tickets": {Class: "serviceCall", Made: "serviceCall$serviceCall", Attributes: map[string]string{
		"subject": "shortDescr", "html": "descriptionInRTF", "text": "-", "status": "state", "priority": "priority", "requester": "clientEmployee", "organization": "clientOU",
		"assignee": "responsibleEmployee", "group": "responsibleTeam", "category": "service", "number": "number", "author": "author", "created": "creationDate", "updated": "lastModifiedDate",
		"due": "-", "solved": "-", "closed": "-", "rating": "-", "tags": "-",
	}},
	"contacts": {Class: "employee", Made: "employee$contactPerson", Attributes: map[string]string{
		"name": "title", "last": "lastName", "first": "firstName", "middle": "middleName", "email": "email", "emails": "-", "phone": "mobilePhoneNumber", "phone2": "cityPhoneNumber",
		"organization": "parent", "note": "-", "created": "creationDate", "updated": "lastModifiedDate",
	}},
	"agents": {Class: "employee$employee", Attributes: map[string]string{
		"name": "title", "email": "email", "disabled": "isEmployeeLocked", "groups": "-", "created": "creationDate", "updated": "lastModifiedDate",
	}},
	"organizations": {Class: "ou", Made: "ou$ou", Attributes: map[string]string{"name": "title", "note": "-", "created": "creationDate", "updated": "lastModifiedDate"}},
	"groups":        {Class: "team", Attributes: map[string]string{"name": "title"}},
	"categories":    {Class: "slmService", Attributes: map[string]string{"name": "title", "parent": "parent"}},
	"comments": {Class: "comment", Attributes: map[string]string{
		"ticket": "source", "text": "text", "private": "private", "author": "author", "created": "creationDate", "updated": "lastModifiedDate",
	}},
	"files": {Class: "file", Attributes: map[string]string{
		"ticket": "source", "name": "title", "size": "fileSize", "type": "mimeType", "author": "author", "created": "creationDate",
	}},
}

// sections are the settings of that name, as they are written.
func (c *Config) sections() map[string]Class {
	return map[string]Class{
		"tickets": c.Tickets, "contacts": c.Contacts, "agents": c.Agents, "organizations": c.Organizations, "groups": c.Groups, "categories": c.Categories, "comments": c.Comments, "files": c.Files,
	}
}

// of is a section with what is usual where it says nothing.
func (c *Config) of(section string) Class {
	said, out := c.sections()[section], usual[section]
	out.Attributes = maps.Clone(out.Attributes)
	for name, code := range said.Attributes {
		out.Attributes[name] = code
	}
	if said.Class != "" {
		out.Class = said.Class
	}
	if strings.Contains(said.Class, "$") || said.Class != "" && classOf(out.Made) != classOf(said.Class) {
		out.Made = said.Class
	}
	if said.Made != "" {
		out.Made = said.Made
	}
	out.Only, out.Where, out.Fields, out.Constants = said.Only, said.Where, said.Fields, said.Constants
	return out
}

// sectionOf is the section of a kind.
func sectionOf(kind desk.Kind) string {
	switch kind {
	case desk.KindTicket:
		return "tickets"
	case desk.KindContact:
		return "contacts"
	case desk.KindAgent:
		return "agents"
	case desk.KindOrganization:
		return "organizations"
	case desk.KindGroup:
		return "groups"
	case desk.KindCategory:
		return "categories"
	case desk.KindMessage:
		return "comments"
	case desk.KindFile:
		return "files"
	}
	return ""
}

func (c *Config) kind(kind desk.Kind) Class { return c.of(sectionOf(kind)) }

// code is the attribute of that name; "" if there is none.
func (k Class) code(name string) string {
	if code := k.Attributes[name]; code != "-" {
		return code
	}
	return ""
}

// codes are all attributes that are named, in order.
func (k Class) codes() (codes []string) {
	for _, code := range k.Attributes {
		if code != "-" && code != "" {
			codes = append(codes, code)
		}
	}
	for _, code := range k.Fields {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// filter is what find is asked for.
func (k Class) filter() map[string]any {
	out := map[string]any{}
	for code, v := range k.Where {
		out[code] = constant(v)
	}
	return out
}

// takes tells whether a row is of the types that are read.
func (k Class) takes(r row) bool {
	return len(k.Only) == 0 || slices.Contains(k.Only, r.class())
}

// constant is a value as it is sent: true and false are no texts.
func constant(said string) any {
	switch said {
	case "true":
		return true
	case "false":
		return false
	}
	return said
}

// classOf is the class of a type, or of a UUID.
func classOf(fqn string) string {
	class, _, _ := strings.Cut(fqn, "$")
	return class
}
