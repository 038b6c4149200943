package itsm365

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func (t *Target) createOrganization(ctx context.Context, r *desk.Organization) (connectors.Receipt, error) {
	values, losses := t.organizationValues(r, []string{"name", "note"}, r.FieldNames())
	return t.made(ctx, r, values, losses)
}

func (t *Target) organizationValues(r *desk.Organization, fields, custom []string) (map[string]any, []connectors.Loss) {
	k, values := t.config.kind(desk.KindOrganization), map[string]any{}
	for _, f := range fields {
		switch f {
		case "name":
			values[k.code("name")] = r.Name
		case "note":
			if code := k.code("note"); code != "" {
				values[code] = orNil(r.Note)
			}
		}
	}
	return values, t.custom(values, r, custom)
}

func (t *Target) createContact(ctx context.Context, r *desk.Contact) (connectors.Receipt, error) {
	values, losses := t.contactValues(r, []string{"name", "emails", "phones", "org", "note"}, r.FieldNames())
	return t.made(ctx, r, values, losses)
}

// made makes a contact or organisation, and notes that it is there.
func (t *Target) made(ctx context.Context, r desk.Record, values map[string]any, losses []connectors.Loss) (connectors.Receipt, error) {
	if err := t.people().Keep(ctx, r); err != nil {
		return connectors.Receipt{}, err
	}
	fqn := t.config.kind(r.Kind()).Made
	got, err := t.make(ctx, fqn, t.birth(r, fqn, values), "UUID")
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("%s %s: %w", r.Kind(), r.About().ID, t.lacking(t.refusedSurely(ctx, err, r), sectionOf(r.Kind())))
	}
	t.note(ctx, r, got.id())
	return connectors.Receipt{ID: got.id(), Losses: losses}, nil
}

// lacking says of a refusal over attributes that must be filled what to do.
func (t *Target) lacking(err error, section string) error {
	if !refusedOver(err, "обязательн", "не заполнен", "required") {
		return err
	}
	return &connectors.Trouble{Reason: connectors.ReasonRefused, Err: err, Hint: "give what must be filled a value in constants of " + section + ", or a field of the mapping in fields"}
}

// contactValues are the named fields as attributes.
func (t *Target) contactValues(r *desk.Contact, fields, custom []string) (map[string]any, []connectors.Loss) {
	k, values := t.config.kind(desk.KindContact), map[string]any{}
	var losses []connectors.Loss
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: field, Why: why, Detail: fmt.Sprintf("contact %s ", r.ID) + fmt.Sprintf(format, args...)})
	}
	put := func(name string, v any) {
		if code := k.code(name); code != "" {
			values[code] = v
		}
	}
	for _, f := range fields {
		switch f {
		case "name":
			t.nameValues(r, put, lose)
		case "emails":
			if put("email", orNil(at(r.Emails, 0))); k.code("emails") != "" {
				put("emails", orNil(strings.Join(r.Emails[min(1, len(r.Emails)):], ", ")))
			} else if len(r.Emails) > 1 {
				lose("emails", connectors.WhyTooMany, "has %d addresses, there is room for one, unless emails names an attribute for more: %s", len(r.Emails), r.Emails[0])
			}
		case "phones":
			put("phone", orNil(at(r.Phones, 0)))
			if put("phone2", orNil(at(r.Phones, 1))); len(r.Phones) > 2 {
				lose("phones", connectors.WhyTooMany, "has %d telephone numbers, there is room for two", len(r.Phones))
			}
		case "org":
			if code := k.code("organization"); code != "" {
				if values[code] = target(r.Org); values[code] == nil && k.Constants[code] != "" {
					values[code] = constant(k.Constants[code])
				}
			}
		case "note":
			put("note", orNil(r.Note))
		}
	}
	return values, append(losses, t.custom(values, r, custom)...)
}

// nameValues are the parts of a name, where it has parts there.
func (t *Target) nameValues(r *desk.Contact, put func(string, any), lose func(string, connectors.Why, string, ...any)) {
	name, k := r.Name, t.config.kind(desk.KindContact)
	if strings.TrimSpace(name) == "" {
		name = at(r.Emails, 0)
	}
	if k.code("last") == "" {
		put("name", name)
		return
	}
	last, first, middle := t.config.part(name)
	put("last", last)
	put("first", orNil(first))
	put("middle", orNil(middle))
	back := t.config.join(k, row{k.code("last"): last, k.code("first"): first, k.code("middle"): middle})
	if r.Name != "" && back != r.Name {
		lose("name", connectors.WhyNotTaken, "is called %q there", back)
	}
}

func at(list []string, i int) string {
	if i >= len(list) {
		return ""
	}
	return list[i]
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
