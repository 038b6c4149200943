package freshdesk

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as far as we write it: what Freshdesk puts there by itself
// is left out, and what is in its trash is not there. A ticket that is marked as spam
// stands, whatever a source is to read, and says so in a field.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (r desk.Record, err error) {
	if _, ok := numberOf(id); ok && kind == desk.KindTicket {
		r, err = t.source.fetchTicket(ctx, id, true)
	} else {
		r, err = t.source.Fetch(ctx, kind, id)
	}
	if err != nil {
		return nil, err
	}
	if c, ok := r.(*desk.Contact); ok {
		if c.Fields["state"] == "deleted" {
			return nil, missing(kind, id)
		}
		if mark, ok := c.Fields["unique_external_id"].(string); ok {
			c.Mark = mark
		}
	}
	if err := t.onlyOurs(ctx, r); err != nil {
		return nil, fmt.Errorf("%s %s: %w", kind, id, err)
	}
	return r, nil
}

// Hidden tells of a ticket that it is marked as spam.
func (t *Target) Hidden(there *desk.Ticket) string {
	if there.Fields[spamField] == true {
		return "is marked as spam"
	}
	return ""
}

// onlyOurs leaves in r the fields that Caps promise to keep.
func (t *Target) onlyOurs(ctx context.Context, r desk.Record) error {
	_, caps := Spec().CapsOf(t.config)
	kind, custom := r.Kind(), map[desk.Kind]string{desk.KindTicket: ticketFields, desk.KindContact: contactFields, desk.KindOrganization: companyFields}
	if path := custom[kind]; path != "" {
		s, err := t.schema(ctx, path)
		if err != nil {
			return err
		}
		for name := range r.About().Fields {
			if _, ok := s.custom(name); !ok && name != spamField {
				delete(r.About().Fields, name)
			}
		}
	}
	return caps.OnlyKept(r)
}

// Describe adds what a writer should know.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	s, err := t.api.Describe(ctx)
	if err != nil {
		return s, err
	}
	note := func(level, format string, args ...any) {
		s.Notes = append(s.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	note("warning", "It is declared, and cannot be asked for, that Freshdesk mails nobody (quiet: %s): look in Admin at the e-mail notifications and automations, and move one ticket of your own first.", quietDeclared)
	known, err := t.schema(ctx, ticketFields)
	if err != nil {
		return s, err
	}
	if name := t.config.MarkField; name != "" {
		if f, ok := known.custom(name); !ok || f.Type != "custom_text" {
			return s, fmt.Errorf("mark_field: the account has no single line text field %q for tickets: make it in Admin, Ticket fields: %w", name, connectors.ErrDenied)
		}
	}
	for _, f := range known.fields {
		if !f.Default && (f.Required || f.Closing) {
			note("warning", "The ticket field %q (%s) must be filled, some fields only for closing: give it a value in the mapping, or tickets without one are refused.", f.Label, f.Name)
		}
	}
	if name := t.config.StandIn; name != "" {
		if id, err := t.seat(ctx, name); err != nil || id == 0 {
			return s, fmt.Errorf("stand_in: %q is no agent of the account: %w", name, connectors.ErrDenied)
		}
	}
	note("info", "Original dates and authors cannot be set; leftovers: %s.", map[bool]string{true: t.config.Leftovers, false: leftPreface}[t.config.Leftovers != ""])
	return s, nil
}
