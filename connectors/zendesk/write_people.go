package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// inputs collects what is said of a record. With fields it says those alone, and
// empties those that are empty.
type inputs struct {
	fields []string // nil all that say something
	obj    obj
	losses []connectors.Loss
	before time.Time // the files that were uploaded are good until then; zero there are none
}

// asked tells whether a field is to be said.
func (in *inputs) asked(field string) bool {
	return in.fields == nil || slices.Contains(in.fields, field)
}

func (in *inputs) set(field, key string, v any, empty bool) {
	switch {
	case !in.asked(field), in.fields == nil && empty:
	case empty:
		in.obj[key] = ""
	default:
		in.obj[key] = v
	}
}

func (in *inputs) lose(why connectors.Why, field, format string, args ...any) {
	in.losses = append(in.losses, connectors.Loss{Field: field, Detail: fmt.Sprintf(format, args...), Why: why})
}

// loseOf says of the losses from the nth on that they befall a message.
func (in *inputs) loseOf(m *desk.Message, n int) {
	for i := range in.losses[n:] {
		in.losses[n+i].Message = m.ID
	}
}

// takes says of the last loss which value was lost, and which would not be.
func (in *inputs) takes(value string, instead ...string) {
	last := &in.losses[len(in.losses)-1]
	last.Value, last.Takes = value, strings.Join(instead, "\n")
}

// custom says the custom fields: under their keys, or for those of tickets as a
// list of numbers and values. Of people, details and tags are Zendesk's own.
func (in *inputs) custom(s *fieldSet, m *desk.Meta, into func(f *fieldShape, v any)) {
	names := sortedKeys(m.Fields)
	for _, f := range in.fields {
		if name, is := strings.CutPrefix(f, "fields."); is && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		v, said := m.Fields[name]
		if !in.asked("fields." + name) {
			continue
		}
		if s.kind != desk.KindTicket && (name == "details" || name == "tags") {
			in.obj[name] = v
			continue
		}
		f := s.named(name)
		if f == nil {
			if said {
				in.lose(connectors.WhyNoField, "fields."+name, "Zendesk has no field %q for a %s: make one, or map it to another", name, s.kind)
			}
			continue
		}
		var value any
		if said {
			var lost string
			if value, lost = f.write(v); lost != "" {
				in.lose(connectors.WhyValue, "fields."+name, "%s", lost)
				in.takes(fmt.Sprint(v), f.choices()...)
			} else if kept := f.read(value); !desk.SameValue(kept, v) {
				in.lose(connectors.WhyNotTaken, "fields."+name, "the field %q keeps %.60q as %.60q", name, fmt.Sprint(v), fmt.Sprint(kept))
				in.takes(fmt.Sprint(v))
			}
		}
		into(f, value)
	}
}

func (in *inputs) keyed(s *fieldSet, m *desk.Meta, key string) {
	values := obj{}
	in.custom(s, m, func(f *fieldShape, v any) { values[f.key()] = v })
	if len(values) > 0 {
		in.obj[key] = values
	}
}

func organizationInput(w *words, o *desk.Organization, fields []string) (obj, []connectors.Loss) {
	in := &inputs{fields: fields, obj: obj{}}
	in.set("name", "name", o.Name, false)
	in.set("note", "notes", o.Note, o.Note == "")
	if in.asked("domains") && (fields != nil || len(o.Domains) > 0) {
		in.obj["domain_names"] = append([]string{}, o.Domains...)
	}
	if fields == nil && o.Mark != "" {
		in.obj["external_id"] = o.Mark
	}
	in.keyed(w.fields[desk.KindOrganization], &o.Meta, "organization_fields")
	return in.obj, in.losses
}

func groupInput(g *desk.Group) obj {
	return obj{"name": g.Name, "description": markBefore + g.Mark + markAfter}
}

// contactInput is what is said of a contact. skip_verify_email keeps Zendesk from
// asking people to confirm their addresses.
func contactInput(w *words, c *desk.Contact, fields []string) (obj, []connectors.Loss) {
	in := &inputs{fields: fields, obj: obj{}}
	in.set("name", "name", nameOf(c.Name, c.Emails), false)
	in.set("note", "notes", c.Note, c.Note == "")
	if c.Language != "" { // Zendesk always has one
		in.set("language", "locale", c.Language, false)
	}
	if in.asked("org") && (fields != nil || c.Org.Target != "") {
		in.obj["organization_id"] = idNumber(c.Org.Target)
	}
	in.keyed(w.fields[desk.KindContact], &c.Meta, "user_fields")
	if fields != nil {
		return in.obj, in.losses
	}
	in.obj["skip_verify_email"] = true
	if c.Mark != "" {
		in.obj["external_id"] = c.Mark
	}
	var more []obj
	for i, e := range c.Emails {
		if i == 0 {
			in.obj["email"] = e
			continue
		}
		more = append(more, obj{"type": "email", "value": e})
	}
	for i, p := range c.Phones {
		if i == 0 {
			in.obj["phone"] = p
			continue
		}
		more = append(more, obj{"type": "phone_number", "value": p})
	}
	if len(more) > 0 {
		in.obj["identities"] = more
	}
	return in.obj, in.losses
}

// nameOf is the name of a person, who must have one.
func nameOf(name string, emails []string) string {
	if strings.TrimSpace(name) != "" {
		return name
	}
	if len(emails) > 0 {
		return emails[0]
	}
	return noName
}

func idNumber(id desk.ID) any {
	if id == "" {
		return nil
	}
	var n int64
	if _, err := fmt.Sscan(string(id), &n); err != nil {
		return nil
	}
	return n
}

// createAgent makes a user who answers. It does not turn one who asks into one who
// answers, as create_or_update would: that costs a seat.
func (t *Target) createAgent(ctx context.Context, w *words, a *desk.Agent) (connectors.Receipt, error) {
	in := &inputs{obj: obj{"name": nameOf(a.Name, []string{a.Email}), "email": a.Email, "role": "agent", "skip_verify_email": true}}
	if a.Disabled {
		in.obj["suspended"] = true
	}
	if a.Mark != "" {
		in.obj["external_id"] = a.Mark
	}
	in.keyed(w.fields[desk.KindAgent], &a.Meta, "user_fields")
	got, err := t.create(ctx, "users", "user", a, in.obj, in.losses)
	if err != nil {
		return got, err
	}
	id, _ := idNumber(got.ID).(int64)
	t.read.hired(ctx, id)
	return got, t.join(ctx, id, a.Groups)
}

// join makes an agent a member of groups.
func (t *Target) join(ctx context.Context, user int64, groups []desk.Ref) error {
	for _, g := range groups {
		if g.Target == "" {
			continue
		}
		call := rest.Call{Method: http.MethodPost, Path: "group_memberships", JSON: obj{"group_membership": obj{"user_id": user, "group_id": idNumber(g.Target)}}}
		if _, err := t.client.JSON(ctx, call, nil); err != nil {
			return fmt.Errorf("agent %d was made, and not put into group %s: %w", user, g.Target, err)
		}
	}
	return nil
}

func (t *Target) updateAgent(ctx context.Context, w *words, id desk.ID, a *desk.Agent, fields []string) (connectors.Receipt, error) {
	in := &inputs{fields: fields, obj: obj{}}
	in.set("name", "name", nameOf(a.Name, []string{a.Email}), false)
	in.set("disabled", "suspended", a.Disabled, false)
	in.keyed(w.fields[desk.KindAgent], &a.Meta, "user_fields")
	got, err := t.put(ctx, "users/"+string(id), "user", id, in.obj, in.losses)
	if err != nil {
		return got, err
	}
	if in.asked("email") && a.Email != "" {
		if err := t.setEmails(ctx, &got, []string{a.Email}, false); err != nil {
			return got, err
		}
	}
	if in.asked("groups") {
		return got, t.setGroups(ctx, id, a.Groups)
	}
	return got, nil
}

// setGroups makes an agent a member of these groups and no others.
func (t *Target) setGroups(ctx context.Context, id desk.ID, groups []desk.Ref) error {
	user, _ := idNumber(id).(int64)
	var missing []desk.Ref
	have := map[desk.ID]int64{}
	for m, err := range listing[membershipShape](ctx, t.client, "group_memberships", "group_memberships", nil) {
		if err != nil {
			return err
		}
		if m.UserID == user {
			have[number(m.GroupID)] = m.ID
		}
	}
	for _, g := range groups {
		if _, in := have[g.Target]; !in {
			missing = append(missing, g)
		}
		delete(have, g.Target)
	}
	if err := t.join(ctx, user, missing); err != nil {
		return err
	}
	for _, m := range have {
		_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: "group_memberships/" + string(number(m))}, nil)
		if err != nil && !errors.Is(err, connectors.ErrNotFound) {
			return err
		}
	}
	return nil
}
