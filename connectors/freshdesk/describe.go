package freshdesk

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells whose account this is, and what fields it has.
func (a *api) Describe(ctx context.Context) (connectors.Schema, error) {
	var me agentShape
	if err := a.get(ctx, "agents/me", nil, &me); err != nil {
		return connectors.Schema{}, err
	}
	s := connectors.Schema{Title: fmt.Sprintf("Freshdesk %s, as %s <%s>", a.host, me.Contact.Name, me.Contact.Email)}
	for _, of := range []struct {
		path string
		kind desk.Kind
	}{{ticketFields, desk.KindTicket}, {contactFields, desk.KindContact}, {companyFields, desk.KindOrganization}} {
		known, err := a.schema(ctx, of.path)
		if err != nil {
			return s, err
		}
		for _, f := range known.fields {
			s.Fields = append(s.Fields, f.describe(of.kind)...)
		}
	}
	return s, nil
}

// Describe adds what a reader should know.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, err := s.api.Describe(ctx)
	if err != nil {
		return schema, err
	}
	note := connectors.Note{Level: "info", Text: "Closed tickets that rest for months are archived, and no list shows them: the first reading asks for each number below the highest that no list shows."}
	if s.config.Archived == "no" {
		note = connectors.Note{Level: "warning", Text: "Archived tickets, which are closed ones that rest for months, are not read (archived: no)."}
	}
	schema.Notes = append(schema.Notes, note)
	return schema, nil
}

// fieldNames are the names that fields of Freshdesk have here.
var fieldNames = map[string]string{
	"default_subject": "subject", "default_ticket_type": "type", "default_source": "channel", "default_status": "fields.status",
	"default_group": "group", "default_agent": "assignee", "default_requester": "requester",
}

func (f fieldShape) describe(kind desk.Kind) []connectors.Field {
	name, known := fieldNames[f.Type]
	if !f.Default {
		name, known = "fields."+f.Name, true
	}
	if !known || kind != desk.KindTicket && f.Default {
		return nil
	}
	sort := "text"
	switch {
	case len(f.options) > 0:
		sort = "option"
	case strings.HasSuffix(f.Type, "_number"), strings.HasSuffix(f.Type, "_decimal"):
		sort = "number"
	case strings.HasSuffix(f.Type, "_checkbox"):
		sort = "bool"
	case strings.HasSuffix(f.Type, "_date"), strings.HasSuffix(f.Type, "_date_time"):
		sort = "time"
	}
	return []connectors.Field{{Kind: kind, Name: name, Title: f.Label, Type: sort, Options: f.options, Required: f.Required && !f.Default, Sure: 1}}
}
