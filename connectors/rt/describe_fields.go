package rt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// offered are the custom fields that the tickets of all queues have, ours for the marks left
// out: each can be written once it is named in fields.
func (t *Target) offered(ctx context.Context, queues []*queueShape) (out []connectors.Field, err error) {
	queues = slices.DeleteFunc(slices.Clone(queues), func(q *queueShape) bool { return q.Disabled != "" && q.Disabled != "0" })
	if len(queues) == 0 {
		return nil, nil
	}
	for _, f := range queues[0].TicketFields {
		everywhere := !slices.ContainsFunc(queues, func(q *queueShape) bool {
			return !slices.ContainsFunc(q.TicketFields, func(o customField) bool { return o.Name == f.Name })
		})
		if !everywhere || f.Name == "" || f.Name == t.config.mark() || strings.ContainsAny(f.Name, "{}'\\") {
			continue
		}
		shape, err := t.definition(ctx, queues[0], f.Name)
		if err != nil {
			return nil, err
		}
		field := connectors.Field{Kind: desk.KindTicket, Name: "fields." + f.Name, Title: f.Name, Type: "text"}
		if shape.Type == "Select" {
			field.Type = "option"
			if shape.Most != "1" {
				field.Type = "options"
			}
			for _, v := range shape.Values {
				field.Options = append(field.Options, string(v))
			}
		}
		out = append(out, field)
	}
	return out, nil
}

// unnamed tells of fields that nothing is written to, since fields does not name them.
func (c *Config) unnamed(offered []connectors.Field) (note string) {
	var names []string
	for _, f := range offered {
		if !slices.Contains(c.Fields, f.Title) {
			names = append(names, f.Title)
		}
	}
	if names == nil {
		return ""
	}
	return fmt.Sprintf("RT has custom fields for tickets that nothing is written to: %s. To fill them, name them under fields, as in fields: [%s].", strings.Join(names, ", "), names[0])
}
