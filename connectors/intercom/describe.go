package intercom

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells whose workspace this is, and what attributes it has.
func (a *api) Describe(ctx context.Context) (connectors.Schema, error) {
	p, err := a.mates(ctx)
	if err != nil {
		return connectors.Schema{}, err
	}
	s := connectors.Schema{
		Title:  fmt.Sprintf("Intercom %s (%s), as %s <%s>", cmp.Or(p.me.App.Name, a.config.Workspace), a.config.Workspace, p.me.Name, p.me.Email),
		Counts: map[desk.Kind]int64{desk.KindAgent: int64(len(p.admins)), desk.KindGroup: int64(len(p.teams))},
	}
	for _, of := range []struct {
		model string
		kind  desk.Kind
	}{{modelCompany, desk.KindOrganization}, {modelContact, desk.KindContact}} {
		all, err := a.dataAttributes(ctx, of.model)
		if err != nil {
			return s, err
		}
		for _, f := range all {
			s.Fields = append(s.Fields, describeField(of.kind, f.Name, f.Label, f.Type, f.items(), false))
		}
	}
	types, err := a.ticketTypes(ctx)
	if err != nil && !lacking(err) {
		return s, err
	}
	for _, id := range slices.Sorted(maps.Keys(types)) {
		kind := types[id]
		if a.config.TicketType != "" && a.config.TicketType != id {
			continue
		}
		for _, f := range kind.Attributes.Data {
			if !f.Archived && !slices.Contains([]string{titleAttribute, descriptionAttribute, a.config.mark(), a.config.Tags, a.config.Priority}, f.Name) {
				s.Fields = append(s.Fields, describeField(desk.KindTicket, f.Name, f.Name+" ("+kind.Name+")", f.Type, f.items(), f.Required))
			}
		}
	}
	return s, nil
}

func describeField(kind desk.Kind, name, title, of string, items []item, required bool) connectors.Field {
	f := connectors.Field{Kind: kind, Name: "fields." + name, Title: cmp.Or(title, name), Type: "text", Required: required, Sure: 1}
	switch of {
	case "integer", "float", "decimal":
		f.Type = "number"
	case "boolean":
		f.Type = "bool"
	case "date", "datetime":
		f.Type = "time"
	}
	if len(items) > 0 {
		f.Type = "option"
	}
	for _, it := range items {
		f.Options = append(f.Options, it.name)
	}
	return f
}

// Describe adds what a reader should know.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, err := s.api.Describe(ctx)
	if err != nil {
		return schema, err
	}
	if n, err := s.count(ctx, "contacts"); err == nil {
		schema.Counts[desk.KindContact] = n
	}
	for _, what := range []string{onlyTickets, onlyConversations} {
		n, err := s.count(ctx, what)
		if err == nil && s.config.Only != map[string]string{onlyTickets: onlyConversations, onlyConversations: onlyTickets}[what] {
			schema.Counts[desk.KindTicket] += n
		}
	}
	schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: "Of a conversation Intercom gives the newest 500 parts: one that has more goes aside with what it lacks."})
	return schema, nil
}

// count is how much a search finds.
func (a *api) count(ctx context.Context, what string) (int64, error) {
	l, err := firstPage(ctx, a, what)
	return l.Total, err
}
