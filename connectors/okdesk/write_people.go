package okdesk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

func (t *Target) createContact(ctx context.Context, r *desk.Contact) (connectors.Receipt, error) {
	values, losses, err := t.contactValues(ctx, r, []string{"name", "emails", "phones", "org", "note"}, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	dropEmpty(values)
	id, err := t.make(ctx, rest.Call{Path: "contacts/", JSON: values})
	if refusedOver(err, "email", "почт") {
		return t.taken(ctx, r, values, err)
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: idOf(id), Losses: losses}, nil
}

// taken finds out why a contact cannot be made whose address somebody has: he is ours, of an
// earlier attempt or archived by a rollback; or he stands there, and is taken as he is; or
// the address is an employee's, or that of somebody who was archived.
func (t *Target) taken(ctx context.Context, r *desk.Contact, values map[string]any, refused error) (connectors.Receipt, error) {
	for row, err := range keyset[personShape](ctx, t.api, "contacts/list", 0) {
		if err != nil {
			return connectors.Receipt{}, err
		}
		there := t.config.contact(row)
		ours := there.Mark == r.Mark && r.Mark != "" || r.Name == connectors.CanaryName && there.Name == r.Name && isMark.MatchString(there.Mark)
		switch {
		case ours && !on(row.Active):
			return t.revived(ctx, row.ID, r, values)
		case ours:
			return connectors.Receipt{ID: idOf(row.ID)}, t.freshened(ctx, row.ID, values)
		case on(row.Active) && len(r.Emails) > 0 && len(there.Emails) > 0 && same(there.Emails[0], r.Emails[0]):
			return connectors.Receipt{ID: idOf(row.ID), Adopted: true}, nil
		}
	}
	return connectors.Receipt{}, &connectors.Trouble{
		Reason: connectors.ReasonConflict, Err: fmt.Errorf("contact %s: %w", r.ID, refused),
		Hint: "look in Okdesk who has the address, also among archived contacts and employees; bring them back, or change it, then retry",
	}
}

// revivingKey begins the keys under which State keeps who was brought back, and perhaps not
// brought up to date.
const revivingKey = "brought back/"

// revived makes anew a contact of ours that a rollback archived.
func (t *Target) revived(ctx context.Context, id number, r *desk.Contact, values map[string]any) (connectors.Receipt, error) {
	if err := t.env.State.Put(ctx, revivingKey+string(idOf(id)), []byte("yes")); err != nil {
		return connectors.Receipt{}, err
	}
	if err := t.patch(ctx, "contacts/"+string(idOf(id))+"/activations", map[string]any{"active": true}); err != nil {
		return connectors.Receipt{}, err
	}
	if err := t.freshened(ctx, id, values); err != nil {
		return connectors.Receipt{}, fmt.Errorf("contact %d was brought back, and not brought up to date: %w: %w", id, err, connectors.ErrUnsure)
	}
	return connectors.Receipt{ID: idOf(id)}, t.back(ctx, t.people, &desk.Contact{Meta: desk.Meta{ID: idOf(id), Mark: r.Mark}, Emails: r.Emails})
}

// freshened brings a contact up to date who was brought back; any other stays as he is.
func (t *Target) freshened(ctx context.Context, id number, values map[string]any) error {
	key := revivingKey + string(idOf(id))
	if b, err := t.env.State.Get(ctx, key); err != nil || b == nil {
		return err
	}
	if err := t.patch(ctx, "contacts/"+string(idOf(id)), values); err != nil {
		return err
	}
	return t.env.State.Delete(ctx, key)
}

// contactValues are the named fields as Okdesk takes them; an empty text empties one.
func (t *Target) contactValues(ctx context.Context, r *desk.Contact, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values, losses := map[string]any{}, []connectors.Loss(nil)
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: field, Why: why, Detail: fmt.Sprintf("contact %s ", r.ID) + fmt.Sprintf(format, args...)})
	}
	for _, f := range fields {
		switch f {
		case "name":
			name := r.Name
			if strings.TrimSpace(name) == "" && len(r.Emails) > 0 {
				name = r.Emails[0]
			}
			first, last, patronymic := t.config.part(name)
			values["first_name"], values["last_name"], values["patronymic"] = first, last, patronymic
			if back := t.config.join(personShape{First: first, Last: last, Patronymic: patronymic}); r.Name != "" && back != r.Name {
				lose("name", connectors.WhyNotTaken, "is called %q there", back)
			}
		case "emails":
			values["email"] = first(r.Emails)
			values["comment"] = noteOf(r.Note, r.Mark, others(r.Emails))
		case "phones":
			values["phone"], values["mobile_phone"] = first(r.Phones), first(r.Phones[min(1, len(r.Phones)):])
			if len(r.Phones) > 2 {
				lose("phones", connectors.WhyTooMany, "has %d telephone numbers, Okdesk has room for two", len(r.Phones))
			}
		case "org":
			values["company_id"] = target(r.Org)
		case "note":
			values["comment"] = noteOf(r.Note, r.Mark, others(r.Emails))
		}
	}
	more, lost, err := t.parameters(ctx, r, custom, personWords)
	for name, v := range more.words {
		values[name] = v
	}
	if len(more.codes) > 0 {
		values["custom_parameters"] = more.codes
	}
	return values, append(losses, lost...), err
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// target is the number that a reference points to; nil if to none.
func target(ref desk.Ref) any {
	if n, ok := numberOf(ref.Target); ok {
		return n
	}
	return nil
}

// dropEmpty takes out what says nothing: a new thing is empty anyway.
func dropEmpty(values map[string]any) {
	for name, v := range values {
		if v == nil || v == "" {
			delete(values, name)
		}
	}
}

func (t *Target) updateContact(ctx context.Context, id desk.ID, r *desk.Contact, fields []string) (connectors.Receipt, error) {
	there, err := t.Fetch(ctx, desk.KindContact, id) // who is not there if he was archived
	if err != nil {
		return connectors.Receipt{}, err
	}
	r = completed(there.(*desk.Contact), r, fields)
	values, losses, err := t.contactValues(ctx, r, fields, desk.CustomNames(fields))
	if err == nil && len(values) > 0 {
		err = t.patch(ctx, "contacts/"+string(id), values)
	}
	return connectors.Receipt{ID: id, Losses: losses}, err
}

// completed is a contact with what stands in one text with a field that is to be changed.
func completed(there, r *desk.Contact, fields []string) *desk.Contact {
	c := *r
	c.Mark = cmp.Or(there.Mark, r.Mark)
	if !slices.Contains(fields, "note") {
		c.Note = there.Note
	}
	if !slices.Contains(fields, "emails") {
		c.Emails = there.Emails
	}
	return &c
}
